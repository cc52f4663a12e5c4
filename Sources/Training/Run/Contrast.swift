import BERT
import Distillation
import Features
import Kernels
import Sampling
import Tokens

/// Finds the negatives of a run's batches, and the targets that come of them.
struct Contrast: Sendable {
    private let objective: any ContrastiveObjective
    private let plan: NegativePlan
    private let sampler: NegativeSampler
    private let features: FeatureCache
    private let population: (sums: [Int: [Cosine: Population.Sums]], counts: [Int])?
    /// Of each row, its group among those left out for `all`: rows equal to it, and its label.
    private let copies: [Int]
    private let labels: [Int32]

    /// Rows whose states are decoded at once: the memory of a batch does not grow with the number of its negatives.
    private static let chunk = 64

    init(
        _ objective: any ContrastiveObjective, _ plan: NegativePlan, _ examples: Examples, _ features: FeatureCache, order: SampleOrder
    ) throws(TrainingError) {
        (self.objective, self.plan, self.features) = (objective, plan, features)
        var exclusions = Exclusions()
        var duplicates: [Int32] = []
        if plan.leavesOut.contains(.duplicates) {
            duplicates = Exclusions.groups(of: examples.ids, offsets: examples.offsets)
            exclusions.add(duplicates)
        }
        var labels: [Int32] = []
        if plan.leavesOut.contains(.label) {
            guard case .categories(let categories) = examples.labels else {
                throw .settings(problem: "negatives leave out the same label, and the examples have no categories")
            }
            labels = categories.map(Int32.init)
            exclusions.add(labels)
        }
        if plan.leavesOut.contains(.document) {
            guard plan.source != .all else {
                throw .settings(problem: "negatives from 'all' leave out duplicates and labels; a sum for each document is not cached")
            }
            guard let documents = try lift({ () throws(FeaturesError) in try features.documents() }) else {
                throw .settings(problem: "negatives leave out the same document, and '\(features.folder)' has no column 'document'")
            }
            exclusions.add(documents)
        }
        self.labels = labels
        sampler = NegativeSampler(order, source: plan.source, count: plan.count, exclusions: exclusions)
        guard plan.source == .all else {
            (population, copies) = (nil, [])
            return
        }
        guard let objective = objective as? LRCObjective else {
            throw .settings(problem: "negatives from 'all' are sums of vectors, and this objective looks at each by itself; take batch, window or bank")
        }
        var found: [Int: [Cosine: Population.Sums]] = [:]
        var counts: [Int] = []
        let all = try lift { () throws(FeaturesError) in try features.unitSums() }
        for layer in Set(objective.layers) {
            for cosine in objective.cosine.parts {
                guard let sums = all["\(objective.normalisation.rawValue)/\(cosine.rawValue).\(layer)"] else {
                    throw .features(.missing(folder: features.folder, what: "sums of layer \(layer) for cosine '\(cosine.rawValue)'"))
                }
                counts = sums.counts
                found[layer, default: [:]][cosine] = Population.Sums(
                    counts: sums.counts, positions: sums.positions, width: sums.width, sums: sums.sums)
            }
        }
        population = (found, counts)
        var sizes: [Int32: Int] = [:]
        for group in duplicates { sizes[group, default: 0] += 1 }
        copies = duplicates.isEmpty ? Array(repeating: 1, count: examples.count) : duplicates.map { sizes[$0] ?? 1 }
    }

    /// The targets of a batch.
    ///
    /// - Parameters:
    ///   - positions: of the batch in its epoch.
    ///   - rows: the rows at these positions.
    ///   - order: of the epoch.
    func targets(
        _ teacher: Taps, rows: [Int], positions: Range<Int>, order: inout EpochOrder, on workers: Workers
    ) throws(TrainingError) -> any StateTargets {
        func draw(_ candidates: [Int]) -> [[Int]] {
            sampler.draw(epoch: order.epoch, positions: positions, members: rows, candidates: candidates)
        }
        switch plan.source {
        case .batch: return objective.targets(teacher, negatives: draw(rows), on: workers)
        case .bank(let size):
            let sampleOrder = order.order
            let candidates = sampler.bank(epoch: order.epoch, first: positions.lowerBound, size: size) { EpochOrder(sampleOrder, epoch: $0) }
            return try targets(teacher, draw(candidates).map { $0.map { candidates[$0] } }, on: workers)
        case .window:
            var negatives: [[Int]] = []
            for (place, position) in positions.enumerated() {
                // A batch may reach over two windows; each anchor draws from its own.
                let candidates = order.list(of: order.window(of: position))
                let drawn = sampler.draw(
                    epoch: order.epoch, positions: position..<position + 1, members: [rows[place]], candidates: candidates)
                negatives.append(drawn[0].map { candidates[$0] })
            }
            return try targets(teacher, negatives, on: workers)
        case .all:
            guard let population else { preconditionFailure("sums were read for this source") }
            let anchors = rows.map { row in
                Population.Anchor(copies: copies[row], excludedGroup: labels.isEmpty ? nil : Int(labels[row]))
            }
            let all = Population(sums: population.sums, anchors: anchors)
            let targets = objective.targets(teacher, negativeCounts: all.negativeCounts(groupCounts: population.counts))
            guard let targets = targets as? LRCTargets else { preconditionFailure("only LRC's targets are sums of vectors") }
            targets.add(all, on: workers)
            return targets
        }
    }

    /// With negatives that are other rows of the cache, decoded part by part.
    private func targets(_ teacher: Taps, _ negatives: [[Int]], on workers: Workers) throws(TrainingError) -> any StateTargets {
        let targets = objective.targets(teacher, negativeCounts: negatives.map(\.count))
        let wanted = Array(Set(negatives.joined())).sorted()
        let requirement = objective.requirement
        for start in stride(from: 0, to: wanted.count, by: Self.chunk) {
            let rows = Array(wanted[start..<min(start + Self.chunk, wanted.count)])
            let places = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
            let taps = try lift { () throws(FeaturesError) in try features.taps(rows, requirement, on: workers) }
            targets.add(taps, members: negatives.map { $0.compactMap { places[$0] } }, on: workers)
        }
        return targets
    }
}

private func lift<Value>(_ body: () throws(FeaturesError) -> Value) throws(TrainingError) -> Value {
    do { return try body() } catch { throw .features(error) }
}
