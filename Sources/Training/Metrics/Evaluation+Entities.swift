import Distillation
import Kernels

extension Evaluation {
    /// How well entities are found, where words are classified.
    ///
    /// - Parameters:
    ///   - examples: with a tag at the first piece of each word.
    ///   - names: of the tags.
    ///   - sentences: of each example the sentence that it is of; parts of one that was too long stand one after another.
    public func entities(_ examples: Examples, names: [String], sentences: [Int32]) -> EntityScore {
        guard case .tags(let gold) = examples.labels else { preconditionFailure("examples whose words are labelled") }
        precondition(gold.count == logits.rows && sentences.count == examples.count, "logits of each token, a sentence of each example")
        let predicted = categories
        var score = EntityScore()
        var (ours, theirs): ([String], [String]) = ([], [])
        for row in 0..<examples.count {
            for token in examples.offsets[row]..<examples.offsets[row + 1] where gold[token] >= 0 {
                ours.append(names[predicted[token]])
                theirs.append(names[gold[token]])
            }
            if row + 1 == examples.count || sentences[row + 1] != sentences[row] {
                score.add(predicted: ours, gold: theirs)
                (ours, theirs) = ([], [])
            }
        }
        return score
    }

    /// Entity F1, and the accuracy of words.
    public func metrics(_ examples: Examples, names: [String], sentences: [Int32]) -> [Metric: Double] {
        guard case .tags(let gold) = examples.labels else { preconditionFailure("examples whose words are labelled") }
        let (words, predicted) = (gold.indices.filter { gold[$0] >= 0 }, categories)
        return [
            .entityF1: entities(examples, names: names, sentences: sentences).total.f1,
            .accuracy: Metric.accuracy(words.map { predicted[$0] }, words.map { gold[$0] }),
        ]
    }
}
