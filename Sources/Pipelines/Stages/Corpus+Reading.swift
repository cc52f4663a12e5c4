import Corpora
import Files

extension CorpusSettings {
    /// Reads a split.
    ///
    /// - Throws: `PipelinesError.tooManyRejects` beyond the limit.
    func read(_ split: String) throws(PipelinesError) -> ReadResult {
        let result = try lift(PipelinesError.corpora) { () throws(CorporaError) in
            try TableReader(descriptor).read(split: split, folder: path)
        }
        guard result.rejects.count <= rejectLimit else {
            let first = result.rejects[0]
            throw .tooManyRejects(
                stage: "tokens", count: result.rejects.count, limit: rejectLimit,
                first: "\(split), line \(first.line): \(first.reason)")
        }
        guard !result.examples.isEmpty else {
            throw .stage("tokens", problem: "split '\(split)' of \(descriptor.name) has no usable record")
        }
        return result
    }

    /// The contents of a split's file.
    func hash(_ split: String) throws(PipelinesError) -> String {
        guard let file = descriptor.splits[split] else {
            throw .stage("tokens", problem: "\(descriptor.name) has no split '\(split)'; it has \(descriptor.splits.keys.sorted().joined(separator: ", "))")
        }
        let place = path + "/" + file
        return try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(place) }
    }
}
