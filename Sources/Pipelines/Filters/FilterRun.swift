import Dispatch
import Files
import Kernels
import Records
import Synchronization

/// Runs a filter over a file on all workers. What comes out is in the order of the lines, as soon as it is there.
final class FilterRun: Sendable {
    private struct Input {
        let reader: LineBlockReader
        var number = 0
        var line = 1
        var isAtEnd = false
    }

    fileprivate struct Output {
        let rejects: RejectList
        /// The block to be written next.
        var number = 0
        var isWriting = false
        var waiting: [Int: FilteredBlock] = [:]
        var error: PipelinesError?
    }

    private let work: Work
    private let input: Mutex<Input>
    private let output: Mutex<Output>
    /// Blocks that may be begun before others are written.
    private let room: DispatchSemaphore

    /// - Parameter longestLine: a line of more bytes comes to the filter in parts.
    init(_ path: String, longestLine: Int, work: Work) throws(PipelinesError) {
        let isInterrupted = work.observer.isInterrupted
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in
            try LineBlockReader(path, longestLine: longestLine, isInterrupted: isInterrupted)
        }
        input = Mutex(Input(reader: reader))
        output = Mutex(Output(rejects: RejectList(path, work.printer)))
        // A semaphore may not end below the value that it began with.
        room = DispatchSemaphore(value: 0)
        for _ in 0..<4 * work.workers.count { room.signal() }
        self.work = work
    }

    /// - Returns: how many lines had problems.
    func run<Filter: BlockFilter & SendableMetatype & ~Copyable>(_ makeFilter: @Sendable () -> Filter) throws(PipelinesError) -> Int {
        work.workers.run(work.workers.count) { _ in
            var filter = makeFilter()
            while let (number, lines, line) = next(&filter) { submit(filter.filter(lines: lines, from: line), as: number) }
        }
        let (error, count) = output.withLock { output in
            output.rejects.close()
            return (output.error, output.rejects.count)
        }
        if let error { throw error }
        return count
    }

    /// The next lines. A line that comes in parts is dealt with on the way, as its parts follow one another.
    private func next<Filter: BlockFilter & ~Copyable>(_ filter: inout Filter) -> (number: Int, lines: [UInt8], line: Int)? {
        input.withLock { input in
            while !input.isAtEnd, output.withLock({ $0.error == nil }) {
                room.wait()
                let number = input.number
                input.number += 1
                switch Result(catching: { () throws(FilesError) in try input.reader.next() }) {
                case .success(.lines(let lines)?):
                    defer { input.line += lines.count { $0 == UInt8(ascii: "\n") } }
                    return (number, lines, input.line)
                case .success(.part(let part, let isLast)?):
                    submit(filter.filter(part: part, isLast: isLast, of: input.line), as: number)
                    if isLast { input.line += 1 }
                case .success(nil): input.isAtEnd = true
                case .failure(let error): output.withLock { $0.error = .files(error) }
                }
            }
            return nil
        }
    }

    /// Takes what became of a block, and writes what is next, unless another thread is at it, which then goes on.
    private func submit(_ block: FilteredBlock, as number: Int) {
        output.withLock { $0.waiting[number] = block }
        while let block = output.withLock({ $0.begin() }) {
            let result = Result { () throws(FilesError) in try StandardOutput.write(block.bytes) }
            output.withLock { $0.end(block, result) }
            room.signal()
        }
    }
}

fileprivate extension FilterRun.Output {
    mutating func begin() -> FilteredBlock? {
        guard !isWriting, let block = waiting.removeValue(forKey: number) else { return nil }
        isWriting = true
        return error == nil ? block : FilteredBlock()
    }

    mutating func end(_ block: FilteredBlock, _ result: Result<Void, FilesError>) {
        if case .failure(let failure) = result, error == nil { error = .files(failure) }
        for problem in block.problems { rejects.add(line: problem.line, problem.reason) }
        number += 1
        isWriting = false
    }
}
