import BERT
import Corpora
import Distillation
import Files
import Kernels
import Pipelines
import Records
import Tokens
import Training

/// A model that classifies words: entities of sentences.
extension Classifier {
    /// Whether words are classified, by model and corpus alike.
    func classifiesWords(of corpus: CorpusSettings) throws(PipelinesError) -> Bool {
        let (model, data) = (model.configuration.classifiesTokens, corpus.descriptor.labelSet.isOfWords || corpus.descriptor.format == .conll)
        guard model == data else {
            throw .usage(
                model ? "'\(folder)' classifies words, and \(corpus.descriptor.name) has whole texts; give a corpus of format conll, or --lines"
                    : "\(corpus.descriptor.name) has a label for each word, and '\(folder)' classifies whole texts; give a model for words")
        }
        return model
    }

    func printEntityMetrics(_ sentences: [Example], _ labels: LabelSet, rejects: Int, split: String, task: String) throws(PipelinesError) {
        let (examples, numbers) = encode(sentences, labels)
        let evaluation = try outputs(examples, labels)
        let score = evaluation.entities(examples, names: labels.names, sentences: numbers)
        let metrics = evaluation.metrics(examples, names: labels.names, sentences: numbers)
        let report = MetricReport(
            examples: sentences.count, metrics: Dictionary(uniqueKeysWithValues: metrics.map { ($0.key.rawValue, $0.value) }), rejects: rejects, split: split,
            task: task,
            entities: score.byType.mapValues { MetricReport.Entity(precision: $0.precision, recall: $0.recall, f1: $0.f1, support: $0.gold) })
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(report.json(pretty: true)) }
    }

    /// Prints `word<TAB>tag`, a word a line, an empty line after each sentence, as the corpus has them.
    func printTags(of corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        let result = try corpus.read(split, readsLabels: false)
        let rejects = RejectList.show(result, of: split, work.printer)
        let labels = corpus.descriptor.labelSet == .none ? LabelSet.tags(names) : corpus.descriptor.labelSet
        var text = ""
        for (sentence, tags) in zip(result.examples, try tags(of: result.examples, labels)) {
            text += zip(sentence.words ?? [], tags).map { "\($0)\t\($1)\n" }.joined() + "\n"
        }
        try write(text)
        return rejects
    }

    /// A line of JSON for each line of text: its entities, with their type and where they stand, in characters. One that is unusable
    /// leaves an empty line.
    ///
    /// - Parameter known: for each class its tag, as `entityTags` has them.
    func entityLines(_ examples: [Example?], _ known: [String: String]) throws(PipelinesError) -> String {
        let texts = examples.compactMap(\.self)
        let words = texts.map { WordSplit.words(of: $0.text) }
        let sentences = zip(texts, words).map { Example(words: $1.map(\.text), tags: nil, line: $0.line) }
        let tags = try tags(of: sentences, .tags(names))
        var (lines, row) = ("", 0)
        for example in examples {
            if let example {
                let characters = Array(example.text)
                let found = EntityScore.entities(tags[row].map { known[$0] ?? $0 }).map { entity in
                    let (start, end) = (words[row][entity.start].start, words[row][entity.end - 1].end)
                    return EntityRecord(type: entity.type, text: String(characters[start..<end]), start: start, end: end)
                }
                lines += String(decoding: EntityLine(entities: found).json(), as: UTF8.self)
                row += 1
            }
            lines += "\n"
        }
        return lines
    }

    /// For the name of each class `O`, `B-type` or `I-type`.
    func entityTags() throws(PipelinesError) -> [String: String] {
        var tags: [String: String] = [:]
        for name in names {
            guard let tag = TagScheme.normalised(name) else {
                throw .stage(
                    "predict", problem: "'\(folder)' has a class '\(name)', and entities are read of tags O, B-type and I-type; name its classes by --labels, as in --labels O,B-road,I-road")
            }
            tags[name] = tag
        }
        return tags
    }

    private func tags(of sentences: [Example], _ labels: LabelSet) throws(PipelinesError) -> [[String]] {
        let marked = sentences.map { sentence in
            var sentence = sentence
            sentence.label = .tags(Array(repeating: "O", count: sentence.words?.count ?? 0))
            return sentence
        }
        let (examples, numbers) = encode(marked, labels)
        let categories = try outputs(examples, labels).categories
        guard case .tags(let places) = examples.labels else { preconditionFailure("words with tags") }
        var found = Array(repeating: [String](), count: sentences.count)
        for row in 0..<examples.count {
            for token in examples.offsets[row]..<examples.offsets[row + 1] where places[token] >= 0 {
                found[Int(numbers[row])].append(labels.names[categories[token]])
            }
        }
        return found
    }

    /// The sequences of some sentences, and of each the sentence that it is of.
    private func encode(_ sentences: [Example], _ labels: LabelSet) -> (Examples, [Int32]) {
        let pool = EncoderPool(tokenizer.tokenizer)
        var (tags, sequences, numbers): ([Int], [TokenSequence], [Int32]) = ([], [], [])
        for (number, sentence) in sentences.enumerated() {
            for part in pool.sequences(ofWords: sentence, labels, maximumLength: maximumLength) {
                sequences.append(part)
                numbers.append(Int32(number))
                tags += (part.tags ?? Array(repeating: -1, count: part.ids.count)).map(Int.init)
            }
        }
        var examples = Examples(labels: .tags(tags))
        for sequence in sequences { examples.append(ids: sequence.ids, types: sequence.types) }
        return (examples, numbers)
    }

    /// Logits of all tokens, a column for each of the data's tags.
    private func outputs(_ examples: Examples, _ labels: LabelSet) throws(PipelinesError) -> Evaluation {
        let order = try LabelMapping.order(of: labels, in: model.configuration, stated: stated, folder: folder)
        let evaluation = try lift(PipelinesError.training) { () throws(TrainingError) in
            try Evaluation(model, on: examples, observer: WorkObserver(isInterrupted: work.observer.isInterrupted), workers: work.workers)
        }
        return order.map(evaluation.reordered) ?? evaluation
    }
}

/// A line of `limbeck predict --lines`, where entities are looked for; the keys are stable.
private struct EntityLine: Codable { var entities: [EntityRecord] }

private struct EntityRecord: Codable {
    var type, text: String
    /// Characters from the beginning of the line.
    var start, end: Int
}

/// Words of running text: what letters and digits make, with ':', '-' and an apostrophe within; every other mark by itself.
enum WordSplit {
    static func words(of text: String) -> [(text: String, start: Int, end: Int)] {
        var words: [(text: String, start: Int, end: Int)] = []
        var start: Int?
        let characters = Array(text)
        func isWord(_ place: Int) -> Bool { characters.indices.contains(place) && (characters[place].isLetter || characters[place].isNumber) }
        func close(_ end: Int) {
            if let first = start { words.append((String(characters[first..<end]), first, end)) }
            start = nil
        }
        for (place, character) in characters.enumerated() {
            if isWord(place) || start != nil && isWord(place + 1) && ":-'’".contains(character) {
                start = start ?? place
            } else {
                close(place)
                if !character.isWhitespace { words.append((String(character), place, place + 1)) }
            }
        }
        close(characters.count)
        return words
    }
}
