import Corpora
import Pipelines
import Records

/// The unusable records of a command that has no `rejects.jsonl`: the first of them by name, and how many there are.
final class RejectList {
    private static let shown = 20

    private let printer: ProgressPrinter
    private let path: String
    private(set) var count = 0

    /// - Parameter path: what the records are of.
    init(_ path: String, _ printer: ProgressPrinter) { (self.path, self.printer) = (path, printer) }

    func add(line: Int, _ reason: String) {
        count += 1
        if count <= Self.shown { printer.warn("\(path), line \(line): \(reason)") }
    }

    /// Says how many there were, where not all were named.
    func close() { if count > Self.shown { printer.warn("\(path): \(count) records were unusable, the first \(Self.shown) are named above") } }

    /// Shows those of a split that was read.
    ///
    /// - Returns: how many there are.
    static func show(_ result: ReadResult, of split: String, _ printer: ProgressPrinter) -> Int {
        let rejects = RejectList("split '\(split)'", printer)
        for reject in result.rejects { rejects.add(line: reject.line, reject.reason) }
        rejects.count = result.rejectCount
        rejects.close()
        return result.rejectCount
    }
}
