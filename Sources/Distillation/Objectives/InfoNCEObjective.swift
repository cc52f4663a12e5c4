public import BERT
import Kernels
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// InfoNCE over one vector a sequence, as CoDIR has it (Sun et al., 2020, eq. 3): cross entropy of telling the teacher's vector of
/// the same sequence from those of others, by cosines over a temperature; a mean over sequences, a sum over layers.
public struct InfoNCEObjective: ContrastiveObjective, MappedObjective, Equatable {
    /// Teacher layers, one for each student layer, from 1.
    public var layers: [Int]
    /// `cls` or `mean`.
    public var cosine: Cosine
    /// tau.
    public var temperature: Double
    public var normalisation: Normalisation
    /// By teacher layer, from 1; needed where `normalisation` is not `none`.
    public var statistics: [Int: StateStatistics]
    public var sharing: ProjectionSharing

    public init(
        layers: [Int], cosine: Cosine = .mean, temperature: Double = 0.1, normalisation: Normalisation = .none,
        statistics: [Int: StateStatistics] = [:], sharing: ProjectionSharing = .perLayer
    ) {
        precondition(cosine == .cls || cosine == .mean, "one vector a sequence")
        (self.layers, self.cosine, self.temperature) = (layers, cosine, temperature)
        (self.normalisation, self.statistics, self.sharing) = (normalisation, statistics, sharing)
    }

    public var requirement: TapRequirement {
        let layers = Set(layers).sorted()
        return cosine == .cls ? TapRequirement(first: layers) : TapRequirement(mean: layers)
    }

    public func scratch(lengths: [Int], negatives: Int, teacherWidth: Int) -> Int { layers.count * lengths.count * (1 + negatives) * teacherWidth }

    public func targets(_ teacher: Taps, negativeCounts: [Int]) -> any ContrastiveTargets {
        let targets = Targets(objective: self, offsets: teacher.offsets, negativeCounts: negativeCounts)
        targets.add(teacher, members: negativeCounts.indices.map { [$0] }, on: .one)
        return targets
    }
}

extension InfoNCEObjective {
    final class Targets: ContrastiveTargets {
        private let objective: InfoNCEObjective
        private let offsets: [Int]
        /// Of each anchor the first row of its unit vectors: its own, and then its negatives'.
        private let starts: [Int]
        private let filled: Mutex<[Int]>
        /// By student layer [rows, width].
        private let vectors: Mutex<[Int: Matrix]>

        init(objective: InfoNCEObjective, offsets: [Int], negativeCounts: [Int]) {
            (self.objective, self.offsets) = (objective, offsets)
            starts = negativeCounts.reduce(into: [0]) { $0.append($0.last! + 1 + $1) }
            filled = Mutex(Array(repeating: 0, count: negativeCounts.count))
            vectors = Mutex([:])
        }

        var meanCount: Double {
            let anchors = starts.count - 1
            return anchors == 0 ? 0 : Double(starts[anchors] - anchors) / Double(anchors)
        }

        func add(_ others: Taps, members: [[Int]], on workers: Workers) {
            let places = filled.withLock { filled in
                members.enumerated().map { anchor, rows in
                    defer { filled[anchor] += rows.count }
                    return starts[anchor] + filled[anchor]
                }
            }
            for (index, layer) in objective.layers.enumerated() {
                let units = UnitVectors.of(others, layer: layer, objective.cosine, objective.normalisation, objective.statistics[layer])
                let all = vectors.withLock { vectors in
                    if let found = vectors[index] { return found }
                    let made = Matrix(rows: starts.last ?? 0, columns: units.columns)
                    vectors[index] = made
                    return made
                }
                for (anchor, rows) in members.enumerated() {
                    for (place, row) in rows.enumerated() { all.row(places[anchor] + place).assign(units.row(row)) }
                }
            }
        }

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            let all = vectors.withLock { $0 }
            var (loss, gradients) = (0.0, TapGradients())
            for index in objective.layers.indices {
                guard let vectors = all[index] else { preconditionFailure("vectors of the layers that are contrasted") }
                let states = student.pass.hidden(index + 1)
                let pooled = objective.cosine == .cls ? Taps.first(of: states, offsets) : Taps.mean(of: states, offsets)
                let projection = student.projection(index)
                let projected = projection.forward(pooled, student.workspace, on: workers)
                let terms = Losses(count: pooled.rows)
                let share = 1 / Double(max(pooled.rows, 1))
                workers.run(pooled.rows) { anchor in
                    terms[anchor] =
                        share * contrast(projected.row(anchor), vectors[rows: starts[anchor]..<starts[anchor + 1]], weight: weight * share)
                }
                loss += terms.sum
                let arriving = projection.backward(projected, pooled, student.workspace, on: workers)
                let gradient = student.workspace.zeros(rows: states.rows, columns: states.columns)
                for anchor in 0..<pooled.rows {
                    let rows = objective.cosine == .cls ? offsets[anchor]..<offsets[anchor] + 1 : offsets[anchor]..<offsets[anchor + 1]
                    for row in rows { addScaled(1 / Float(rows.count), arriving.row(anchor), to: gradient.row(row)) }
                }
                gradients.hidden[index + 1] = gradient
            }
            return (loss, gradients)
        }

        /// -log of the first vector's share; the student's vector becomes `weight` times the gradient. A zero vector has no direction.
        private func contrast(_ vector: Matrix, _ others: Matrix, weight: Double) -> Double {
            let length = sumOfSquares(vector).squareRoot()
            let cosines = (0..<others.rows).map { length > 0 ? Double(dot(others.row($0), vector)) / length : 0 }
            let scores = cosines.map { $0 / objective.temperature }
            let top = scores.max() ?? 0
            let sum = scores.reduce(0) { $0 + exp($1 - top) }
            let own = vector.copy()
            vector.fill(0)
            guard length > 0 else { return log(sum) + top - scores[0] }
            for (row, score) in scores.enumerated() {
                let slope = weight * (exp(score - top) / sum - (row == 0 ? 1 : 0)) / (objective.temperature * length)
                addScaled(Float(slope), others.row(row), to: vector)
                addScaled(Float(-slope * cosines[row] / length), own, to: vector)
            }
            return log(sum) + top - scores[0]
        }
    }
}
