import BERT
import Kernels
import Randomness
import Records
import Shards
import Tokens
import WordPiece

extension Pipeline {
    /// The folder whose head of a masked language model finds candidates: the teacher as it was given, since fine-tuning drops the head.
    static func maskedModel(_ settings: PipelineSettings) -> String? {
        if case .folder(let path)? = settings.teacher?.source { path } else { nil }
    }

    /// Writes each training sequence and its views, one after another; a view is a function of seed, example and its number alone.
    func augment(into path: String) throws(PipelinesError) -> [String] {
        guard let augment = settings.augment else { preconditionFailure("a stage that is planned") }
        let table = try tokenTable("train")
        let words = WholeWords(tokenizer.tokenizer)
        let source = try candidates(augment, words)
        let folder = path + "/train"
        let writer = try lift(PipelinesError.tokens) { () throws(TokensError) in
            try TokenWriter(
                folder: folder, labels: table.labelSet, fingerprints: ["tokens": plan("tokens")?.fingerprint ?? ""],
                attributes: ["views": "\(augment.views)", "seed": "\(augment.seed)"], hasDocuments: true, hasViews: true)
        }
        let each = augment.views + 1
        var row = writer.committedRows / each
        while row < table.count {
            let rows = row..<min(row + 64, table.count)
            let sequences = rows.map(table.sequence)
            let places = sequences.map { words.places($0.ids) }
            let found = try source.candidates(sequences, places, on: workers)
            for (index, row) in rows.enumerated() {
                let example = table.exampleIDs[row]
                for view in 0...augment.views where row * each + view >= writer.committedRows {
                    var sequence = sequences[index]
                    if view > 0 { replace(&sequence, places[index], found[index], augment, example: example, view: view) }
                    try lift(PipelinesError.tokens) { () throws(TokensError) in
                        try writer.append(
                            sequence, label: table.labels[row], exampleID: Int(example), document: example, view: Int32(view))
                    }
                }
            }
            row = rows.upperBound
            observer.report(ProgressEvent(stage: "augment", unit: "examples", done: row, total: table.count))
            if observer.isInterrupted() { throw .interrupted(stage: "augment") }
        }
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal() }
        return ["train/manifest.json"]
    }

    private func replace(
        _ sequence: inout TokenSequence, _ places: [Int], _ candidates: [[Int32]], _ settings: AugmentSettings, example: Int32, view: Int
    ) {
        var random = RandomStream(seed: settings.seed, stream: Streams.views &+ UInt64(UInt32(bitPattern: example)) << 10 &+ UInt64(view))
        for (place, words) in zip(places, candidates) {
            // Drawn whether it is used or not: a place decides nothing of the next.
            let (chance, choice) = (Double(random.next32()) / 4_294_967_296, random.next32())
            if chance < settings.probability, !words.isEmpty { sequence.ids[place] = words[Int(choice) % words.count] }
        }
    }

    private func candidates(_ augment: AugmentSettings, _ words: WholeWords) throws(PipelinesError) -> any WordCandidates {
        if augment.source != .embeddings, let folder = Self.maskedModel(settings) {
            let model = try load("teacher", folder)
            try checkVocabulary(model.configuration, "the teacher")
            let head = try lift(PipelinesError.model) { () throws(BERTError) in try MaskedLanguageHead(folder: folder, of: model) }
            if let head {
                return MaskedWordCandidates(model: model, head: head, words: words, maskID: tokenizer.tokenizer.maskID, count: augment.candidates)
            }
        }
        if augment.source == .maskedWords {
            let whose = Self.maskedModel(settings).map { "'\($0)'" } ?? "a teacher of random weights"
            throw .stage("augment", problem: "\(whose) has no head of a masked language model (cls.predictions); write `from: embeddings`, or leave `from` out")
        }
        if augment.source != .embeddings {
            note("augment: the teacher has no head of a masked language model; words are replaced by neighbours of their embeddings")
        }
        let model = try teacher()
        try checkVocabulary(model.configuration, "the teacher")
        return EmbeddingCandidates(model, words, count: augment.candidates)
    }
}
