import Files
import Pipelines
import Records

/// The finished rows of a table, in `rows.tsv` and `predictions.tsv`: read back, they are not computed again.
final class ComparisonStore {
    let folder: String
    private(set) var results: [FinishedRow] = []

    private var rowsFile: String { folder + "/rows.tsv" }
    private var predictionsFile: String { folder + "/predictions.tsv" }

    init(_ folder: String) throws(PipelinesError) {
        self.folder = folder
        func there(_ names: [String]) -> String? { names.first { Folder.exists(folder + "/" + $0) } }
        // Without rows or predictions of ours a table that stands there is another's.
        if there(["rows.tsv", "predictions.tsv"]) == nil, let other = there(["table.md", "table.tsv", "table.json"]) {
            throw .usage("'\(folder)' holds '\(other)' and no rows.tsv, so it is not a table to go on with; give another folder by --output")
        }
        for (line, fields) in try Self.read(rowsFile, FinishedRow.columns) {
            guard let result = FinishedRow(fields: fields) else { throw Self.damaged(rowsFile, line) }
            results.append(result)
        }
        for (line, fields) in try Self.read(predictionsFile, FinishedRow.predictionColumns) {
            // A line of predictions names its row as a row does.
            guard let key = FinishedRow(fields: fields), let text = fields["predictions"] else { throw Self.damaged(predictionsFile, line) }
            let values = text.split(separator: ",").map { Float($0).map(Double.init) }
            guard !values.contains(nil) else { throw Self.damaged(predictionsFile, line) }
            for index in results.indices
            where results[index].isOf(key.task, key.system, key.split, key.seed) && results[index].fingerprint == key.fingerprint {
                results[index].predictions = values.compactMap { $0 }
            }
        }
        // Without its predictions a row cannot be resampled: it counts as not finished.
        results.removeAll { $0.predictions.isEmpty && $0.system != FinishedRow.constant }
    }

    func result(_ task: String, _ system: String, _ split: String, _ seed: UInt64?) -> FinishedRow? {
        results.first { $0.isOf(task, system, split, seed) }
    }

    /// Whether a row stands there as it would be computed now.
    func has(_ task: String, _ system: String, _ split: String, _ seed: UInt64?, _ fingerprint: String) -> Bool {
        result(task, system, split, seed)?.fingerprint == fingerprint
    }

    /// The same of a student's row that knows, too, how it stands beside the teacher, where that has a row.
    func isJudged(_ run: ComparisonRun, _ split: String, _ fingerprint: String, hasTeacher: Bool) -> Bool {
        guard let row = result(run.task, run.system, split, run.seed), row.fingerprint == fingerprint else { return false }
        return !hasTeacher || row.speedup != nil
    }

    /// Takes a row in the place of an older one, and writes all of them, whole or not at all.
    func add(_ added: [FinishedRow]) throws(PipelinesError) {
        for result in added {
            if result.system == FinishedRow.labels { forgetTeacher(of: result) }
            results.removeAll { $0.isOf(result.task, result.system, result.split, result.seed) }
            results.append(result)
        }
        // Predictions first: rows without theirs are computed again, predictions without their row are passed over.
        let predictions = [FinishedRow.predictionColumns.joined(separator: "\t")] + results.filter { !$0.predictions.isEmpty }.map(\.predictionLine)
        let rows = [FinishedRow.columns.joined(separator: "\t")] + results.map(\.line)
        try write(predictions, predictionsFile)
        try write(rows, rowsFile)
    }

    /// Where teacher or text has changed, the other students of a task have to be measured beside it anew.
    private func forgetTeacher(of labels: FinishedRow) {
        guard let old = result(labels.task, labels.system, labels.split, nil), old.fingerprint != labels.fingerprint else { return }
        for index in results.indices where results[index].task == labels.task && results[index].split == labels.split && results[index].seed != nil {
            (results[index].agreement, results[index].divergence, results[index].speedup) = (nil, nil, nil)
        }
    }

    private func write(_ lines: [String], _ file: String) throws(PipelinesError) {
        let text = lines.joined(separator: "\n") + "\n"
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(folder)
            try AtomicFile.write(Array(text.utf8), to: file)
        }
    }

    private static func damaged(_ file: String, _ line: Int) -> PipelinesError {
        .stage("compare", problem: "'\(file)', line \(line), is no row of a table; mend it, or remove it to compute the rows anew")
    }

    /// - Parameter columns: those that a file may have; a header of others is not ours.
    private static func read(_ file: String, _ columns: [String]) throws(PipelinesError) -> [(line: Int, fields: [String: Substring])] {
        guard Folder.exists(file) else { return [] }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let header = lines[0].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard Set(header).isSubset(of: columns), Set(header).count == header.count, header.contains("fingerprint") else { throw damaged(file, 1) }
        var found: [(Int, [String: Substring])] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == header.count else { throw damaged(file, index + 1) }
            found.append((index + 1, Dictionary(uniqueKeysWithValues: zip(header, fields))))
        }
        return found
    }
}
