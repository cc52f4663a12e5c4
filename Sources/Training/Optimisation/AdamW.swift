public import BERT
public import Kernels

/// AdamW over an arena: moments in the weights' layout, and how many updates each entry has had.
///
/// Of one entry only some rows may have gradients in a step: the others' updates are made up for, bit by bit, when the rows are read.
public struct AdamW: Sendable {
    public let first: Parameters
    public let second: Parameters
    /// Updates of each entry of the layout: one that no gradient reaches is left alone and its count with it.
    public private(set) var updates: [Int]
    public let weightDecay: Float
    /// The norm that a group's gradient is cut to.
    public let maximumNorm: Float
    /// The entry with gradients of some rows only.
    private let sparse: Int?
    private var log = AdamWLog()
    /// For each row of it, how many updates of the log it has had.
    private var current: [Int]

    /// - Parameter sparse: an entry of whose rows `update` and `settle` are told; nil for none.
    public init(layout: ParameterLayout, weightDecay: Float = 0.01, maximumNorm: Float = 1, sparse: Int? = nil) {
        self.sparse = sparse
        current = Array(repeating: 0, count: sparse.map { layout.entries[$0].rows } ?? 0)
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
    /// - Parameters:
    ///   - groups: indices of the layout's entries; each group's gradient is clipped for itself, as
    ///     `torch.nn.utils.clip_grad_norm_` does.
    ///   - rows: of the sparse entry, in order, those whose gradient may not be zero; they are settled.
    /// - Returns: each group's norm before the clip.
    public mutating func update(
        _ weights: Parameters, gradients: Parameters, groups: [[Int]], rows: [Int] = [], learningRate: Float, on workers: Workers
    ) -> [Double] {
        groups.map { group in
            let dense = group.filter { $0 != sparse }
            let runs = Self.runs(dense, of: weights.layout, decays: { _ in true })
            var squares = runs.reduce(0.0) { $0 + sumOfSquares(gradients.view($1.range), on: workers) }
            if let sparse, group.contains(sparse) {
                let matrix = gradients.matrix(weights.layout.entries[sparse])
                for row in rows { squares += sumOfSquares(matrix.row(row)) }
            }
            let norm = squares.squareRoot()
            // The small addend is PyTorch's.
            let scale = min(1, maximumNorm / (Float(norm) + 1e-6))
            for entry in group { updates[entry] += 1 }
            if let sparse, group.contains(sparse) {
                update(rows, of: weights.layout.entries[sparse], updates: updates[sparse], weights, gradients, learningRate, scale, on: workers)
            }
            for run in Self.runs(dense, of: weights.layout, decays: \.decays, updates: updates) {
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

    private mutating func update(
        _ rows: [Int], of entry: ParameterLayout.Entry, updates: Int, _ weights: Parameters, _ gradients: Parameters, _ learningRate: Float,
        _ scale: Float, on workers: Workers
    ) {
        let step = AdamWStep(
            learningRate: learningRate, weightDecay: entry.decays ? weightDecay : 0, updates: updates, gradientScale: scale)
        precondition(rows.allSatisfy { current[$0] == log.count }, "rows that are settled")
        log.append(step)
        for row in rows { current[row] = log.count }
        let matrices = [weights, gradients, first, second].map { $0.matrix(entry) }
        workers.split(rows.count, minimum: 16) { part in
            for row in rows[part] {
                applyAdamW(
                    step, weights: matrices[0].row(row), gradients: matrices[1].row(row), first: matrices[2].row(row),
                    second: matrices[3].row(row))
            }
        }
    }

    /// Makes up for the updates that rows of the sparse entry have missed.
    ///
    /// - Parameter rows: nil is all, as when weights or moments are looked at as a whole.
    public mutating func settle(_ weights: Parameters, rows: [Int]? = nil, on workers: Workers) {
        guard let sparse else { return }
        let (entry, wanted) = (weights.layout.entries[sparse], rows ?? Array(current.indices))
        log.settle(
            wanted, current: current, weights: weights.matrix(entry), first: first.matrix(entry), second: second.matrix(entry), on: workers)
        if rows == nil {
            log.removeAll()
            current = Array(repeating: 0, count: current.count)
        } else {
            for row in wanted { current[row] = log.count }
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
