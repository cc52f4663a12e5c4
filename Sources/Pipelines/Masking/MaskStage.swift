import BERT
import Randomness
import Records
import Tokens
import WordPiece

extension Pipeline {
    /// Writes the masked copies of each training sequence, one after another; a copy is a function of seed, row and its number alone.
    func mask(into path: String) throws(PipelinesError) -> [String] {
        guard let mask = settings.mask else { preconditionFailure("a stage that is planned") }
        let source = plan("augment") == nil ? "tokens" : "augment"
        let table = try table(of: source, "train")
        let words = MaskableWords(tokenizer.tokenizer)
        let writer = try lift(PipelinesError.tokens) { () throws(TokensError) in
            try TokenWriter(
                folder: path + "/train", labels: .maskedWords(vocabulary: tokenizer.tokenizer.vocabulary.count),
                fingerprints: ["tokens": plan(source)?.fingerprint ?? ""],
                attributes: ["copies": "\(mask.copies)", "probability": "\(mask.probability)", "seed": "\(mask.seed)"], hasDocuments: true, hasViews: true)
        }
        for row in writer.committedRows / mask.copies..<table.count {
            let sequence = table.sequence(row)
            for copy in 0..<mask.copies where row * mask.copies + copy >= writer.committedRows {
                var random = RandomStream(seed: mask.seed, stream: Streams.masks &+ UInt64(row) << 10 &+ UInt64(copy))
                let masked = words.masked(sequence, probability: mask.probability, &random)
                try lift(PipelinesError.tokens) { () throws(TokensError) in
                    try writer.append(
                        masked, label: .none, exampleID: Int(table.exampleIDs[row]), document: table.documents?[row] ?? table.exampleIDs[row],
                        view: Int32(copy + 1))
                }
            }
            guard row % 4096 == 4095 || row + 1 == table.count else { continue }
            observer.report(ProgressEvent(stage: "mask", unit: "sequences", done: row + 1, total: table.count))
            if observer.isInterrupted() { throw .interrupted(stage: "mask") }
        }
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal() }
        return ["train/manifest.json"]
    }

    /// The teacher's head of a masked language model.
    ///
    /// - Throws: where it has none.
    func wordHead(of model: BERTModel) throws(PipelinesError) -> MaskedLanguageHead {
        let folder = teacherFolder
        let head = try lift(PipelinesError.model) { () throws(BERTError) in try MaskedLanguageHead(folder: folder, of: model) }
        guard let head else { throw .usage("teacher.model: " + Self.headlessProblem(folder)) }
        return head
    }

    /// What is said of a teacher that predicts no words.
    static func headlessProblem(_ folder: String) -> String {
        "'\(folder)' has no head of a masked language model (cls.predictions), which objective 'distilbert' learns from; "
            + "take a BertForMaskedLM, or write `mlm: off`"
    }
}
