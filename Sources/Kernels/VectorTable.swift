import CVectorMath
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The vector kernels of this process: the processor's best, or those that `LIMBECK_KERNELS` names.
public enum VectorTable {
    /// What `LIMBECK_KERNELS` may say.
    public static let names = ["scalar", "avx2", "avx512", "neon"]

    /// The name of the table in use.
    public static var name: String { unsafe String(cString: current.name) }

    /// The error of a `LIMBECK_KERNELS` that this processor cannot serve, or nil.
    public static var environmentProblem: String? {
        guard let wanted = environmentName, unsafe vector_kernels_named(wanted) == nil else { return nil }
        return "LIMBECK_KERNELS is '\(wanted)', which this processor or build does not have; "
            + "unset it, or use one of \(available.joined(separator: ", "))"
    }

    public static var available: [String] { names.filter { unsafe vector_kernels_named($0) != nil } }

    /// The name of the processor's best table, whatever `LIMBECK_KERNELS` says.
    static var best: String { unsafe String(cString: vector_kernels_best().pointee.name) }

    static var environmentName: String? {
        guard let value = unsafe getenv("LIMBECK_KERNELS") else { return nil }
        let name = unsafe String(cString: value)
        return name.isEmpty ? nil : name
    }

    private static let chosen = Atomic<UInt>(0)

    static var current: vector_kernels {
        if let table = unsafe UnsafePointer<vector_kernels>(bitPattern: chosen.load(ordering: .relaxed)) {
            return unsafe table.pointee
        }
        let named = unsafe environmentName.flatMap { unsafe vector_kernels_named($0) }
        let table = unsafe named ?? vector_kernels_best()
        chosen.store(UInt(bitPattern: table), ordering: .relaxed)
        return unsafe table.pointee
    }
}
