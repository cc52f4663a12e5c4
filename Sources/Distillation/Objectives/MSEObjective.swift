public import BERT
public import Kernels

/// The squared error of projected states (FitNets, Romero et al., 2015; BERT_M of LRC-BERT's ablations): the mean over real tokens
/// and dimensions, a sum over layers.
public struct MSEObjective: MappedObjective, Equatable {
    /// Teacher layers, one for each student layer, from 1.
    public var layers: [Int]
    public var sharing: ProjectionSharing

    public init(layers: [Int], sharing: ProjectionSharing = .perLayer) { (self.layers, self.sharing) = (layers, sharing) }

    public var requirement: TapRequirement { TapRequirement(layers: Set(layers).sorted()) }

    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        Targets(states: layers.compactMap { teacher.hidden[$0] })
    }

    struct Targets: StateTargets {
        /// Of each student layer.
        let states: [Matrix]

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            var (loss, gradients) = (0.0, TapGradients())
            for (index, target) in states.enumerated() {
                let own = student.pass.hidden(index + 1)
                let (term, gradient) = student.squaredError(own, target, student.projection(index), weight: weight, on: workers)
                loss += term
                gradients.hidden[index + 1] = gradient
            }
            return (loss, gradients)
        }
    }
}

extension StudentStates {
    /// The mean squared error of projected states, and `weight` times its gradient at the states.
    func squaredError(
        _ states: Matrix, _ target: Matrix, _ projection: Projection, weight: Double, on workers: Workers
    ) -> (loss: Double, gradient: Matrix) {
        let difference = projection.forward(states, workspace, on: workers)
        let loss = meanSquare(difference, minus: target, count: difference.count, weight: weight, on: workers)
        return (loss, projection.backward(difference, states, workspace, on: workers))
    }
}

/// The sum of squares of x - target by `count`; x becomes `weight` times the gradient.
func meanSquare(_ x: Matrix, minus target: Matrix, count: Int, weight: Double, on workers: Workers) -> Double {
    workers.split(x.rows, minimum: 32) { addScaled(-1, target[rows: $0], to: x[rows: $0]) }
    let sum = sumOfSquares(x, on: workers)
    workers.split(x.rows, minimum: 32) { scale(x[rows: $0], by: Float(2 * weight / Double(max(count, 1)))) }
    return sum / Double(max(count, 1))
}
