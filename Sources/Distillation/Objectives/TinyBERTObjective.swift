public import BERT
public import Kernels

/// TinyBERT's losses of embeddings, hidden states and attention scores before the softmax (Jiao et al., 2020, eq. 7 to 9), each a
/// mean over what real tokens have, summed over layers. One W stands for all states, as in their code.
public struct TinyBERTObjective: MappedObjective, Equatable {
    /// Teacher layers, one for each student layer, from 1.
    public var layers: [Int]

    public init(layers: [Int]) { self.layers = layers }

    public var requirement: TapRequirement {
        let layers = Set(layers).sorted()
        return TapRequirement(layers: layers, attention: layers, embedding: true)
    }

    public var scoreLayers: [Int] { Array(1..<layers.count + 1) }

    public var sharing: ProjectionSharing { .shared }

    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        guard let embedding = teacher.embedding else { preconditionFailure("taps hold the embedding that is required") }
        return Targets(
            embedding: embedding, states: layers.compactMap { teacher.hidden[$0] }, scores: layers.compactMap { teacher.attention[$0] })
    }

    struct Targets: StateTargets {
        let embedding: Matrix
        /// Of each student layer.
        let states: [Matrix]
        let scores: [[Matrix]]

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            var (loss, gradients) = (0.0, TapGradients())
            func compare(_ states: Matrix, _ target: Matrix) -> Matrix {
                let (term, gradient) = student.squaredError(states, target, student.projection(0), weight: weight, on: workers)
                loss += term
                return gradient
            }
            gradients.embedding = compare(student.pass.embedding, embedding)
            for (index, target) in states.enumerated() {
                gradients.hidden[index + 1] = compare(student.pass.hidden(index + 1), target)
                guard let own = student.pass.scores[index + 1] else { preconditionFailure("scores of the layers that are compared") }
                let count = own.reduce(0) { $0 + $1.count }
                let terms = Losses(count: own.count)
                // The pass needs its scores no more: the gradients take their place.
                workers.run(own.count) { sequence in
                    terms[sequence] = meanSquare(own[sequence], minus: scores[index][sequence], count: count, weight: weight, on: .one)
                }
                loss += terms.sum
                gradients.scores[index + 1] = own
            }
            return (loss, gradients)
        }
    }
}
