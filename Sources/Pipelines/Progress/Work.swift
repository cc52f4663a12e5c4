public import Kernels
public import Records

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// With how many threads a command works, and where it shows its progress.
public struct Work: Sendable {
    public let workers: Workers
    public let printer: ProgressPrinter
    /// Looks at the memory as work reports how far it is.
    let memory = MemoryMeter()

    /// - Parameter threads: nil is all of the machine.
    /// - Throws: `PipelinesError.usage` where `LIMBECK_KERNELS` names kernels that this machine does not have.
    public init(progress: ProgressStyle, threads: Int?) throws(PipelinesError) {
        if let problem = VectorTable.environmentProblem { throw .usage(problem) }
        // The BLAS may change a variable of the process when it is first used: before there are threads.
        _ = arithmetic
        workers = Workers(count: threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        printer = ProgressPrinter(progress)
    }

    public var observer: WorkObserver {
        let (printer, memory) = (printer, memory)
        return WorkObserver(
            report: {
                memory.look()
                printer.report($0)
            }, note: { printer.note($0) }, warn: { printer.warn($0) },
            isInterrupted: { Interruption.isRequested })
    }
}
