import BERT
import Documents
import Features
import Files
import Shards
import Tokens

extension Report {
    /// Looks at a folder of tokens or features, a model's folder, or one that holds such folders.
    public init(folder: String) throws(InspectionError) {
        guard Folder.exists(folder) else { throw .files(.missing(path: folder)) }
        let sections = try Self.sections(folder, depth: 2)
        guard !sections.isEmpty else { throw .nothingKnown(path: folder) }
        self.init(sections: sections)
    }

    /// Of the folder, and where it is none of ours itself, of those in it: a run holds stages, a stage splits.
    private static func sections(_ folder: String, depth: Int) throws(InspectionError) -> [Section] {
        if let section = try section(folder) { return [section] }
        guard depth > 0, Folder.isFolder(folder) else { return [] }
        var sections: [Section] = []
        for name in try lift(InspectionError.files, { () throws(FilesError) in try Folder.names(folder) }) where name != ".stages" {
            let path = folder + "/" + name
            if Folder.isFolder(path) { sections += try Self.sections(path, depth: depth - 1) }
        }
        return sections
    }

    private static func section(_ folder: String) throws(InspectionError) -> Section? {
        if ShardSet.isSealed(folder) { return try shards(folder) }
        if let unfinished = try lift(InspectionError.shards, { () throws(ShardError) in try UnfinishedSet(folder) }) {
            return Section(
                folder,
                [
                    ("kind", "\(unfinished.identity.kind), not finished; the command that fills it goes on from here"),
                    ("shards", "\(unfinished.shards)"), ("sequences", "\(unfinished.rows)"), ("size", readable(bytes: unfinished.bytes)),
                ])
        }
        if Folder.exists(folder + "/config.json") { return try model(folder) }
        return nil
    }

    private static func shards(_ folder: String) throws(InspectionError) -> Section {
        let set = try lift(InspectionError.shards) { () throws(ShardError) in try ShardSet(folder: folder) }
        if DocumentSet.holdsDocuments(set) { return try Report(documentsIn: folder, samples: 0, seed: 0).sections[0] }
        let lengths = set.lengths.sorted()
        var facts = [
            ("kind", set.identity.kind), ("sequences", "\(set.rowCount)"), ("tokens", "\(set.tokenCount)"),
            ("length", lengths.isEmpty ? "-" : "\(lengths[0]) to \(lengths[lengths.count - 1]), median \(lengths[lengths.count / 2])"),
            ("shards", "\(set.manifest.files.count)"),
            ("size", readable(bytes: set.manifest.files.reduce(0) { $0 + $1.bytes })),
        ]
        facts += try columns(set) + histogram(set.lengths)
        if !set.identity.labelNames.isEmpty { facts.append(("labels", try labels(set))) }
        let attributes = set.identity.attributes.filter { !$0.key.hasPrefix("offset.") }.merging(set.attributes) { $1 }
        facts += attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        facts += set.identity.fingerprints.sorted { $0.key < $1.key }.map { ("\($0.key) fingerprint", $0.value) }
        if set.identity.kind == "features" { facts += try statistics(folder) }
        return Section(folder, facts)
    }

    /// What each column takes on disk, and before compression.
    private static func columns(_ set: ShardSet) throws(InspectionError) -> [(String, String)] {
        try lift(InspectionError.shards) { () throws(ShardError) in try set.columnSizes() }.map { size in
            let percent = size.raw == 0 ? 100 : Int((100 * Double(size.stored) / Double(size.raw)).rounded())
            return ("column \(size.name)", "\(readable(bytes: size.stored)) of \(readable(bytes: size.raw)), \(percent) %")
        }
    }

    /// How many have so many of a unit, by powers of two.
    static func histogram(_ lengths: [Int], _ unit: String = "length") -> [(String, String)] {
        var counts: [Int: Int] = [:]
        for length in lengths { counts[length < 2 ? length : 1 << (Int.bitWidth - 1 - (length - 1).leadingZeroBitCount) * 2, default: 0] += 1 }
        let most = counts.values.max() ?? 1
        return counts.sorted { $0.key < $1.key }.map { limit, count in
            ("\(unit) \(limit < 2 ? "\(limit)" : "\(limit / 2 + 1) to \(limit)")", String(repeating: "#", count: (40 * count + most - 1) / most) + " \(count)")
        }
    }

    private static func labels(_ set: ShardSet) throws(InspectionError) -> String {
        let table = try lift(InspectionError.tokens) { () throws(TokensError) in try TokenTable(set) }
        var counts = [Int](repeating: 0, count: set.identity.labelNames.count)
        for case .category(let category) in table.labels { counts[category] += 1 }
        return zip(set.identity.labelNames, counts).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    private static func statistics(_ folder: String) throws(InspectionError) -> [(String, String)] {
        let cache = try lift(InspectionError.features) { () throws(FeaturesError) in try FeatureCache(folder) }
        let statistics = try lift(InspectionError.features) { () throws(FeaturesError) in try cache.statistics() }
        func percent(_ share: Double) -> String {
            let hundredths = Int((share * 10_000).rounded())
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) %"
        }
        return statistics.map { layer in
            let shares = [("all tokens", layer.tokens), ("[CLS]", layer.first), ("means", layer.mean)].compactMap { name, moments in
                moments.map { "\(name) \(percent($0.centredShare))" }
            }
            return ("layer \(layer.layer)", "centred share of energy: " + shares.joined(separator: ", "))
        }
    }

    private static func model(_ folder: String) throws(InspectionError) -> Section {
        let model = try lift(InspectionError.model) { () throws(BERTError) in try BERTModel(folder: folder) }
        let shape = model.configuration
        return Section(
            folder,
            [
                ("kind", "model"), ("parameters", "\(model.parameterCount)"), ("layers", "\(shape.layerCount)"),
                ("hidden", "\(shape.hiddenSize)"), ("intermediate", "\(shape.intermediateSize)"),
                ("heads", "\(shape.headCount) of \(shape.headSize)"), ("vocabulary", "\(shape.vocabularySize)"),
                ("positions", "\(shape.maximumPositions)"), ("pooler", model.hasPooler ? "yes" : "no"),
                (
                    "classifier",
                    !model.hasClassifier ? "no" : shape.isRegression ? "one score" : shape.labelNames.joined(separator: ", ")
                ),
            ])
    }
}
