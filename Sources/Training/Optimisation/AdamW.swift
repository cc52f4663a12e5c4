public import BERT
public import Kernels

/// AdamW over an arena: moments in the weights' layout, and how many updates each entry has had.
public struct AdamW: Sendable {
    public let first: Parameters
    public let second: Parameters
    /// Updates of each entry of the layout: one that no gradient reaches is left alone and its count with it.
    public private(set) var updates: [Int]
    public let weightDecay: Float
    /// The norm that a group's gradient is cut to.
    public let maximumNorm: Float

    public init(layout: ParameterLayout, weightDecay: Float = 0.01, maximumNorm: Float = 1) {
        first = Parameters(layout: layout)
        second = Parameters(layout: layout)
        updates = Array(repeating: 0, count: layout.entries.count)
        (self.weightDecay, self.maximumNorm) = (weightDecay, maximumNorm)
    }

    /// Takes up the state of an earlier run.
    mutating func restore(updates: [Int]) {
        precondition(updates.count == self.updates.count, "a count for each entry")
        self.updates = updates
    }

    /// One update of the entries that gradients reach.
    ///
    /// - Parameter groups: indices of the layout's entries; each group's gradient is clipped for itself, as
    ///   `torch.nn.utils.clip_grad_norm_` does.
    /// - Returns: each group's norm before the clip.
    public mutating func update(
        _ weights: Parameters, gradients: Parameters, groups: [[Int]], learningRate: Float, on workers: Workers
    ) -> [Double] {
        groups.map { group in
            let runs = Self.runs(group, of: weights.layout, decays: { _ in true })
            let squares = runs.reduce(0.0) { $0 + sumOfSquares(gradients.view($1.range), on: workers) }
            let norm = squares.squareRoot()
            // The small addend is PyTorch's.
            let scale = min(1, maximumNorm / (Float(norm) + 1e-6))
            for entry in group { updates[entry] += 1 }
            for run in Self.runs(group, of: weights.layout, decays: \.decays, updates: updates) {
                let step = AdamWStep(
                    learningRate: learningRate, weightDecay: run.decays ? weightDecay : 0, updates: run.updates,
                    gradientScale: scale)
                applyAdamW(
                    step, weights: weights.view(run.range), gradients: gradients.view(run.range),
                    first: first.view(run.range), second: second.view(run.range), on: workers)
            }
            return norm
        }
    }

    /// Neighbouring entries that are treated alike, as one range each.
    private static func runs(
        _ group: [Int], of layout: ParameterLayout, decays: (ParameterLayout.Entry) -> Bool, updates: [Int] = []
    ) -> [(range: Range<Int>, decays: Bool, updates: Int)] {
        var runs: [(range: Range<Int>, decays: Bool, updates: Int)] = []
        for index in group {
            let entry = layout.entries[index]
            let count = updates.isEmpty ? 0 : updates[index]
            if let last = runs.last, last.range.upperBound == entry.offset, last.decays == decays(entry), last.updates == count {
                runs[runs.count - 1].range = last.range.lowerBound..<entry.range.upperBound
            } else {
                runs.append((entry.range, decays(entry), count))
            }
        }
        return runs
    }
}

extension Parameters {
    /// A range of the arena as one row.
    func view(_ range: Range<Int>) -> Matrix {
        Matrix(storage: storage, offset: range.lowerBound, rows: 1, columns: range.count)
    }
}
