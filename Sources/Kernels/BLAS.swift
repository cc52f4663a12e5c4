import COpenBLAS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The one place that calls the BLAS.
enum BLAS {
    /// c = alpha * op(a) op(b) + beta * c on the calling thread, for checked shapes: op(a) [m, k], op(b) [k, n].
    static func multiply(
        _ a: Matrix, isTransposed: Bool, _ b: Matrix, isTransposed other: Bool, into c: Matrix, inner: Int, alpha: Float,
        beta: Float
    ) {
        _ = isReady
        // Some kernels of the BLAS clear c one number at a time.
        if beta == 0 { c.fill(0) }
        unsafe cblas_sgemm(
            CblasRowMajor, isTransposed ? CblasTrans : CblasNoTrans, other ? CblasTrans : CblasNoTrans, blasint(c.rows),
            blasint(c.columns), blasint(inner), alpha, a.base, blasint(max(a.stride, 1)), b.base, blasint(max(b.stride, 1)),
            beta == 0 ? 1 : beta, c.base, blasint(max(c.stride, 1)))
    }

    /// Its version, its options and the processor that its kernels are made for.
    ///
    /// Asked for once: the library puts the text together in one buffer for all threads.
    static let version: String = {
        _ = isReady
        return unsafe String(cString: openblas_get_config())
    }()

    /// Eigenvectors of a symmetric matrix in the place of its elements, one after another by rising eigenvalue (LAPACK's dsyevd).
    ///
    /// - Returns: the eigenvalues.
    static func eigenvectors(_ elements: inout [Double], order: Int) -> [Double] {
        _ = isReady
        var (size, leading, info) = (Int32(order), Int32(max(order, 1)), Int32(0))
        var (workSize, integerSize) = (Int32(1 + 6 * order + 2 * order * order), Int32(3 + 5 * order))
        var (work, integers) = ([Double](repeating: 0, count: Int(workSize)), [Int32](repeating: 0, count: Int(integerSize)))
        var values = [Double](repeating: 0, count: order)
        unsafe dsyevd_("V", "U", &size, &elements, &leading, &values, &work, &workSize, &integers, &integerSize, &info)
        precondition(info == 0, "the eigenvectors of finite numbers")
        return values
    }

    private static let isReady: Void = {
        chooseProcessor()
        // We share rows among threads ourselves; a BLAS with threads of its own would fight us.
        openblas_set_num_threads(1)
    }()

    /// OpenBLAS before 0.3.25 takes an Intel processor that it does not know for one of 2004, and is then three times slower
    /// (OpenMathLib/OpenBLAS#4267). Its choice is made again with the right name, unless `OPENBLAS_CORETYPE` says otherwise.
    private static func chooseProcessor() {
        #if os(Linux) && arch(x86_64)
            let variable = "OPENBLAS_CORETYPE"
            let found = unsafe String(cString: openblas_get_corename())
            guard processorsWithoutAVX2.contains(found), unsafe getenv(variable) == nil else { return }
            let name = ["avx512": "SkylakeX", "avx2": "Haswell"][VectorTable.best]
            guard let name, let forget = symbol("gotoblas_dynamic_quit"), let choose = symbol("gotoblas_dynamic_init") else {
                return
            }
            unsafe setenv(variable, name, 1)
            forget()
            choose()
            unsafe unsetenv(variable)
        #endif
    }

    #if os(Linux) && arch(x86_64)
        private static let processorsWithoutAVX2: Set = [
            "Unknown", "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Atom", "Core2", "Penryn", "Dunnington",
            "Nehalem", "Sandybridge", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Bobcat", "Bulldozer", "Piledriver",
            "Steamroller", "Nano",
        ]

        /// A function of the library that its headers do not declare; nil in builds for one processor, which choose nothing.
        private static func symbol(_ name: String) -> (@convention(c) () -> Void)? {
            guard let address = unsafe dlsym(nil, name) else { return nil }
            // Safety: both functions are `void f(void)` in every version that has them.
            return unsafe unsafeBitCast(address, to: (@convention(c) () -> Void).self)
        }
    #endif
}
