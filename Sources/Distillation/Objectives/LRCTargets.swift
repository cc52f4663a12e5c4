public import BERT
public import Kernels

/// The targets of a batch, one for each teacher layer that a student layer learns from.
public struct LRCTargets: ContrastiveTargets {
    /// The teacher layer of each student layer.
    let layers: [Int]
    private let byLayer: [Int: ContrastTarget]

    init(layers: [Int], byLayer: [Int: ContrastTarget]) { (self.layers, self.byLayer) = (layers, byLayer) }

    /// One for each student layer.
    public var list: [ContrastTarget] { layers.compactMap { byLayer[$0] } }

    /// Negatives an anchor, on average.
    public var meanCount: Double {
        guard let counts = byLayer.values.first?.negativeCounts, !counts.isEmpty else { return 0 }
        return Double(counts.reduce(0, +)) / Double(counts.count)
    }

    /// Adds negatives: sequences of `others`, for each anchor those in `members`. May be called for one part of them after another.
    public func add(_ others: Taps, members: [[Int]], on workers: Workers) {
        for target in byLayer.values { target.add(others, members: members, on: workers) }
    }

    /// Adds the mean of all sequences but those left out.
    public func add(_ population: Population, on workers: Workers) {
        for target in byLayer.values { target.add(population, on: workers) }
    }

    public func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
        var (loss, gradients) = (0.0, TapGradients())
        for (index, target) in list.enumerated() {
            let states = student.pass.hidden(index + 1)
            let projection = student.projection(index)
            let projected = projection.forward(states, student.workspace, on: workers)
            let gradient = student.workspace.matrix(rows: projected.rows, columns: projected.columns)
            loss += target.loss(student: projected, weight: Float(weight), gradient: gradient, on: workers)
            gradients.hidden[index + 1] = projection.backward(gradient, states, student.workspace, on: workers)
        }
        return (loss, gradients)
    }
}
