import BERT
public import Kernels

/// The fixed side of COS-NCE for one layer of a batch: a shifted target (1 + w) zT - w n for each anchor, of unit vectors.
///
/// With one positive and K negatives the loss is 1 + 2w - (1 + w) cos(zT, zS) + w mean cos(n, zS), so it is a plain cosine to
/// this target (LRC-BERT, AAAI 2021, eq. 3 to 5, for w = 0.5). It does not see the student: both passes of a perturbed step
/// share it.
public struct ContrastTarget: Sendable {
    struct Part: Sendable {
        let cosine: Cosine
        /// Token modes: [tokens, width]; `cls` and `mean`: [sequences, width].
        let target: Matrix
        /// The anchors' unit vectors, of the same shape.
        let units: Matrix
    }

    let layer: Int
    let parts: [Part]
    let offsets: [Int]
    let contrastWeight: Float
    private let normalisation: Normalisation
    private let statistics: StateStatistics?
    /// For each anchor how many negatives it has.
    let negativeCounts: [Int]
    /// For each anchor the constant of its loss: 1 + 2w, or 1 where it has no negatives.
    var constants: [Double] { negativeCounts.map { $0 == 0 ? 1 : 1 + 2 * Double(contrastWeight) } }

    /// The targets without their negatives, which `add` takes off.
    ///
    /// - Parameters:
    ///   - teacher: shows the layer's states, or the pooled vectors that the mode compares.
    ///   - negativeCounts: for each anchor how many negatives are going to be added.
    ///   - contrastWeight: w; 0 is the plain cosine.
    ///   - statistics: the layer's, for a normalisation.
    init(
        _ cosine: Cosine, layer: Int, teacher: Taps, negativeCounts: [Int], contrastWeight: Float,
        normalisation: Normalisation = .none, statistics: StateStatistics? = nil
    ) {
        precondition(negativeCounts.count == teacher.sequenceCount, "a number of negatives for each anchor")
        (self.layer, offsets, self.negativeCounts, self.contrastWeight) = (layer, teacher.offsets, negativeCounts, contrastWeight)
        (self.normalisation, self.statistics) = (normalisation, statistics)
        let offsets = teacher.offsets
        parts = cosine.parts.map { part in
            let units = UnitVectors.of(teacher, layer: layer, part, normalisation, statistics)
            let target = units.copy()
            for (anchor, count) in negativeCounts.enumerated() where count > 0 {
                scale(target[rows: part.rows(of: anchor, offsets)], by: 1 + contrastWeight)
            }
            return Part(cosine: part, target: target, units: units)
        }
    }

    /// Takes negatives off the targets: w / K times the sum of their unit vectors.
    ///
    /// - Parameters:
    ///   - others: taps of some sequences, the batch's own or others.
    ///   - members: for each anchor which of these sequences are its negatives.
    func add(_ others: Taps, members: [[Int]], on workers: Workers) {
        precondition(members.count == negativeCounts.count, "negatives for each anchor")
        guard contrastWeight != 0, members.contains(where: { !$0.isEmpty }) else { return }
        for part in parts {
            let vectors = UnitVectors.of(others, layer: layer, part.cosine, normalisation, statistics)
            workers.run(members.count) { anchor in
                let own = part.cosine.rows(of: anchor, offsets)
                for other in members[anchor] {
                    let rows = part.cosine.rows(of: other, others.offsets)
                    let shared = min(own.count, rows.count)
                    addScaled(
                        -contrastWeight / Float(negativeCounts[anchor]), vectors[rows: rows.lowerBound..<rows.lowerBound + shared],
                        to: part.target[rows: own.lowerBound..<own.lowerBound + shared])
                }
            }
        }
    }

    /// Takes the mean of all sequences but those left out off the targets.
    func add(_ population: Population, on workers: Workers) {
        guard contrastWeight != 0 else { return }
        for part in parts {
            guard let sums = population.sums[layer]?[part.cosine] else { preconditionFailure("sums of the layers that are contrasted") }
            workers.run(negativeCounts.count) { anchor in
                guard negativeCounts[anchor] > 0 else { return }
                let rows = part.cosine.rows(of: anchor, offsets)
                let mean = sums.mean(over: negativeCounts[anchor], anchor: population.anchors[anchor], unit: part.units[rows: rows])
                addScaled(-contrastWeight, mean, to: part.target[rows: rows])
            }
        }
    }
}

extension ContrastTarget {
    /// A whole target of a layer's states [tokens, width], with negatives out of the same batch.
    public init(
        _ cosine: Cosine, teacher: Matrix, offsets: [Int], negatives: [[Int]], contrastWeight: Float,
        normalisation: Normalisation = .none, statistics: StateStatistics? = nil, on workers: Workers
    ) {
        let taps = Taps(offsets: offsets, hidden: [1: teacher])
        self.init(
            cosine, layer: 1, teacher: taps, negativeCounts: negatives.map(\.count), contrastWeight: contrastWeight,
            normalisation: normalisation, statistics: statistics)
        add(taps, members: negatives, on: workers)
    }
}

extension Cosine {
    /// Where a sequence's vectors stand.
    func rows(of sequence: Int, _ offsets: [Int]) -> Range<Int> {
        switch self {
        case .sequence, .token: offsets[sequence]..<offsets[sequence + 1]
        case .cls, .mean, .sequenceAndCLS: sequence..<sequence + 1
        }
    }
}
