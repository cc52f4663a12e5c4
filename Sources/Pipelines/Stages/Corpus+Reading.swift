package import Corpora
import Files

extension CorpusSettings {
    /// Reads a split.
    ///
    /// - Parameter readsLabels: whether labels are wanted.
    /// - Throws: `PipelinesError.tooManyRejects` beyond the limit.
    package func read(_ split: String, readsLabels: Bool = true) throws(PipelinesError) -> ReadResult {
        let result = try lift(PipelinesError.corpora) { () throws(CorporaError) in
            try CorpusReader(descriptor).read(
                split: split, folder: path, readsLabels: readsLabels, keptRejects: max(1, rejectLimit))
        }
        guard result.rejectCount <= rejectLimit else {
            let first = result.rejects[0]
            throw .tooManyRejects(
                stage: "tokens", count: result.rejectCount, limit: rejectLimit,
                first: "\(split), line \(first.line): \(first.reason)")
        }
        guard !result.examples.isEmpty else {
            throw .stage("tokens", problem: "split '\(split)' of \(descriptor.name) has no usable record")
        }
        return result
    }

    /// The splits whose files are there; all where none is, so that the error names one.
    public func presentSplits() throws(PipelinesError) -> [String] {
        let all = descriptor.splits.keys.sorted()
        let present = try lift(PipelinesError.corpora) { () throws(CorporaError) in
            var present: [String] = []
            for split in all where Folder.exists(try CorpusReader(descriptor).path(of: split, in: path)) { present.append(split) }
            return present
        }
        return present.isEmpty ? all : present
    }

    /// The contents of a split's file.
    package func hash(_ split: String) throws(PipelinesError) -> String {
        let place = try lift(PipelinesError.corpora) { () throws(CorporaError) in try CorpusReader(descriptor).path(of: split, in: path) }
        guard Folder.exists(place) else {
            throw .usage("split '\(split)' of \(descriptor.name): there is no file '\(place)'; name another folder (a corpus' `path`, --path), or leave the split out")
        }
        return try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(place) }
    }
}
