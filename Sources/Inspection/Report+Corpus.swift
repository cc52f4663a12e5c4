public import Corpora
public import Documents
import Files
import Randomness
import Shards

extension Report {
    /// Looks at a folder of documents, or at a run or a stage that has one.
    ///
    /// - Parameters:
    ///   - samples: how many documents are shown.
    ///   - seed: decides which.
    /// - Throws: `InspectionError.noDocuments`.
    public init(documentsIn folder: String, samples: Int, seed: UInt64) throws(InspectionError) {
        guard Folder.exists(folder) else { throw .files(.missing(path: folder)) }
        guard let path = [folder, folder + "/documents", folder + "/corpus/documents"].first(where: ShardSet.isSealed) else {
            throw .noDocuments(path: folder)
        }
        let set = try lift(InspectionError.documents) { () throws(DocumentsError) in try DocumentSet(folder: path) }
        let rows = draw(count: set.count, seed: seed, stream: Streams.samples, limit: samples).sorted()
        let documents = try lift(InspectionError.documents) { () throws(DocumentsError) in try rows.map { row throws(DocumentsError) in try set.document(row) } }
        self.init(
            sections: [
                Section(
                    path,
                    [("kind", "documents"), ("documents", "\(set.count)"), ("text and titles", readable(bytes: set.byteCount)), ("shards", "\(set.shardCount)")]
                        + Self.counts(set) + Self.lengths(set.lengths))
            ] + documents.map(Self.sample))
    }

    /// Looks at what a dump gave.
    ///
    /// - Parameter counts: what became of its pages, by name.
    public init(dump path: String, counts: [(String, Int)], documents: [Document]) {
        self.init(sections: [Section(path, counts.map { ($0, "\($1)") })] + documents.map(Self.sample))
    }

    /// Reads splits of a described corpus.
    ///
    /// - Parameter folder: that of its files.
    public init(
        _ descriptor: CorpusDescriptor, splits: [String], folder: String, samples: Int, seed: UInt64
    ) throws(InspectionError) {
        self.init(sections: [])
        for split in splits { sections.append(try Self.section(descriptor, split, folder, samples: samples, seed: seed)) }
    }

    private static func section(
        _ descriptor: CorpusDescriptor, _ split: String, _ folder: String, samples: Int, seed: UInt64
    ) throws(InspectionError) -> Section {
        var (lengths, pairs, labels): ([Int], Int, [RawLabel?: Int]) = ([], 0, [:])
        var (rejects, first): ([String: Int], [Reject]) = ([:], [])
        var sample = Reservoir<Example>(size: samples, seed: seed)
        try CorpusReader(descriptor).forEach(split: split, folder: folder, wrap: InspectionError.corpora) { record throws(InspectionError) in
            switch record {
            case .example(let example):
                lengths.append(example.text.utf8.count + (example.pair?.utf8.count ?? 0))
                if example.pair != nil { pairs += 1 }
                if descriptor.labels != nil { labels[example.label, default: 0] += 1 }
                sample.offer(example)
            case .reject(let reject):
                rejects[reject.reason, default: 0] += 1
                if first.count < 5 { first.append(reject) }
            }
        }
        var facts = [("format", descriptor.format.rawValue), ("records", "\(lengths.count)")]
        if pairs > 0 { facts.append(("with two texts", "\(pairs)")) }
        facts.append(("rejects", "\(rejects.values.reduce(0, +))"))
        facts += rejects.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10).map { ("  \($0.value)", $0.key) }
        facts += first.map { ("  line \($0.line)", $0.excerpt) }
        facts += Self.labels(labels) + Self.lengths(lengths)
        facts += sample.elements.map { example in
            ("line \(example.line)", excerpt([example.text, example.pair].compactMap(\.self).joined(separator: "\n")) + (example.label.map { "  [\(name($0))]" } ?? ""))
        }
        return Section("\(descriptor.name) \(split)", facts)
    }

    private static func labels(_ counts: [RawLabel?: Int]) -> [(String, String)] {
        let scores = counts.compactMap { label, count in if case .score(let score)? = label { (score, count) } else { nil } }
        if !scores.isEmpty {
            let sum = scores.reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let mean = Int((100 * sum / Double(scores.reduce(0) { $0 + $1.1 })).rounded())
            let ends = scores.map(\.0)
            return [("scores", "\(ends.min() ?? 0) to \(ends.max() ?? 0), mean \(mean / 100).\((mean % 100 + 100).description.dropFirst())")]
        }
        return counts.map { label, count in ("label \(label.map(name) ?? "(none)")", "\(count)") }.sorted { $0.0 < $1.0 }
    }

    private static func name(_ label: RawLabel) -> String {
        switch label {
        case .category(let name): name
        case .score(let score): "\(score)"
        // How many sentences have so many.
        case .tags(let tags): "of \(tags.count { $0.hasPrefix("B-") }) entities"
        }
    }

    /// What became of the pages, as the folder says it.
    private static func counts(_ set: DocumentSet) -> [(String, String)] {
        set.counts.sorted { $0.key < $1.key }.filter { $0.value > 0 && $0.key != "documents" }.map { ("pages: \($0.key)", "\($0.value)") }
    }

    private static func lengths(_ lengths: [Int]) -> [(String, String)] {
        let sorted = lengths.sorted()
        guard let least = sorted.first, let most = sorted.last else { return [] }
        return [("bytes", "\(least) to \(most), median \(sorted[sorted.count / 2])")] + histogram(lengths, "bytes")
    }

    private static func sample(_ document: Document) -> Section {
        Section("\(document.id) \(document.title)", [("text", excerpt(String(decoding: document.text, as: UTF8.self)))])
    }

    /// The beginning of a text on one line.
    private static func excerpt(_ text: String) -> String {
        let lines = text.prefix(1200).split(whereSeparator: \.isNewline).joined(separator: " / ")
        return lines.count > 300 ? lines.prefix(299) + "…" : lines
    }
}
