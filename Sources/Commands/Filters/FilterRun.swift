import Dispatch
import Files
import Kernels
import Pipelines
import Records
import Synchronization

/// Runs a filter over the lines of a file on all workers; what it makes of them goes out in their order.
final class FilterRun<Output: Sendable>: Sendable {
    private struct Input {
        let reader: LineBlockReader
        var number = 0
        var line = 1
    }

    private struct Results {
        let sink: @Sendable (Output) throws(PipelinesError) -> Void
        let rejects: RejectList
        /// The block that goes out next.
        var number = 0
        var waiting: [Int: FilteredBlock<Output>] = [:]
        var error: PipelinesError?
    }

    private let work: Work
    private let input: Mutex<Input>
    private let results: Mutex<Results>
    private let isOver = Atomic<Bool>(false)
    /// Blocks that may be begun before others went out.
    private let room: DispatchSemaphore

    /// - Parameters:
    ///   - longestLine: a line of more bytes comes to the filter in parts.
    ///   - sink: called by one thread at a time.
    init(
        _ path: String, longestLine: Int, work: Work, sink: @escaping @Sendable (Output) throws(PipelinesError) -> Void
    ) throws(PipelinesError) {
        let isInterrupted = work.observer.isInterrupted
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in
            try LineBlockReader(path, longestLine: longestLine, isInterrupted: isInterrupted)
        }
        input = Mutex(Input(reader: reader))
        results = Mutex(Results(sink: sink, rejects: RejectList(path, work.printer)))
        // A semaphore may not end below the value that it began with.
        room = DispatchSemaphore(value: 0)
        for _ in 0..<4 * work.workers.count { room.signal() }
        self.work = work
    }

    /// - Returns: how many lines had problems.
    func run<Filter: BlockFilter & SendableMetatype & ~Copyable>(
        _ makeFilter: @Sendable () -> Filter
    ) throws(PipelinesError) -> Int where Filter.Output == Output {
        work.workers.run(work.workers.count) { _ in
            var filter = makeFilter()
            while let (number, lines, line) = next(&filter) { submit(filter.filter(lines: lines, from: line), as: number) }
        }
        let (error, count) = results.withLock { results in
            results.rejects.close()
            return (results.error, results.rejects.count)
        }
        if let error { throw error }
        return count
    }

    /// The next lines. A line that comes in parts is dealt with on the way, as its parts follow one another.
    private func next<Filter: BlockFilter & ~Copyable>(
        _ filter: inout Filter
    ) -> (number: Int, lines: [UInt8], line: Int)? where Filter.Output == Output {
        input.withLock { input in
            while !isOver.load(ordering: .relaxed) {
                room.wait()
                let number = input.number
                input.number += 1
                switch Result(catching: { () throws(FilesError) in try input.reader.next() }) {
                case .success(.lines(let lines)?):
                    defer { input.line += lines.count { $0 == newline } }
                    return (number, lines, input.line)
                case .success(.part(let part, let isLast)?):
                    submit(filter.filter(part: part, isLast: isLast, of: input.line), as: number)
                    if isLast { input.line += 1 }
                case .success(nil): isOver.store(true, ordering: .relaxed)
                case .failure(let error): fail(.files(error))
                }
            }
            return nil
        }
    }

    /// Takes what became of a block, and lets out what is next.
    private func submit(_ block: FilteredBlock<Output>, as number: Int) {
        results.withLock { results in
            results.waiting[number] = block
            while let block = results.waiting.removeValue(forKey: results.number) {
                results.number += 1
                room.signal()
                guard results.error == nil else { continue }
                for problem in block.problems { results.rejects.add(line: problem.line, problem.reason) }
                do throws(PipelinesError) { try results.sink(block.output) } catch {
                    results.error = error
                    isOver.store(true, ordering: .relaxed)
                }
            }
        }
    }

    private func fail(_ error: PipelinesError) {
        results.withLock { $0.error = $0.error ?? error }
        isOver.store(true, ordering: .relaxed)
    }
}
