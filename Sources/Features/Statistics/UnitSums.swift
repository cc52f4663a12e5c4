import BERT
import Files
import Kernels
import Shards
import Tokens

/// Sums of unit vectors over all sequences of a cache, for each label: what a contrast with all others needs (COS-NCE is linear in
/// its unit negatives).
public struct UnitSums: Sendable, Equatable {
    /// Sequences of each group: the labels in their order, and last those without one.
    public var counts: [Int]
    /// Vectors of a group: 1, or for whole sequences as many as the longest has tokens.
    public var positions: Int
    public var width: Int
    /// [groups, positions, width].
    public var sums: [Double]
}

/// How vectors are made from states before they are scaled to unit length; the words of an objective's settings.
enum UnitVectors {
    static let normalisations = ["none", "centre", "standardise"]
    static let cosines = ["sequence", "cls", "mean"]

    static func name(_ normalisation: String, _ cosine: String, _ layer: Int) -> String { "\(normalisation)/\(cosine).\(layer)" }

    /// Vectors [n, width], without mean and perhaps deviation, scaled to unit length together.
    static func unit(_ vectors: Matrix, _ normalisation: String, _ moments: LayerStatistics.Moments?) -> Matrix {
        let result = vectors.copy()
        if normalisation != "none", let moments {
            let width = vectors.columns
            let factors = normalisation == "centre" ? Array(repeating: Float(1), count: width) : moments.deviation.map { $0 > 0 ? 1 / $0 : 0 }
            let scale = Matrix(rows: 1, columns: width, factors)
            let shift = Matrix(rows: 1, columns: width, zip(factors, moments.mean).map { -$0 * $1 })
            for row in 0..<result.rows { multiplyAdd(result.row(row), scale, shift) }
        }
        let length = sumOfSquares(result).squareRoot()
        if length > 0 { scale(result, by: Float(1 / length)) }
        return result
    }
}

extension FeatureCache {
    static let sumsFile = "sums.safetensors"

    /// The sums that the cache holds, by normalisation, cosine and layer, as `none/sequence.3`.
    ///
    /// - Throws: `FeaturesError.missing` where there are none.
    public func unitSums() throws(FeaturesError) -> [String: UnitSums] {
        let path = folder + "/" + Self.sumsFile
        guard tensors.contains(.sums), Folder.exists(path) else {
            throw .missing(folder: folder, what: "sums of unit vectors (tensor 'sums')")
        }
        return try lift(FeaturesError.model) { () throws(BERTError) in
            let file = try SafetensorsFile(path)
            try file.checkSeal()
            guard file.metadata["cache"] == shards.manifestHash else { throw .safetensors(file: path, problem: "it is of another cache") }
            var found: [String: UnitSums] = [:]
            guard let counts = file.integers("counts") else { throw .safetensors(file: path, problem: "it has no counts") }
            for normalisation in UnitVectors.normalisations {
                for cosine in UnitVectors.cosines {
                    for layer in layers {
                        let name = UnitVectors.name(normalisation, cosine, layer)
                        guard let sums = file.doubles(name) else { continue }
                        let size = counts.count * hidden
                        guard size > 0, sums.count % size == 0 else { throw .safetensors(file: path, problem: "'\(name)' has another shape") }
                        found[name] = UnitSums(counts: counts.map(Int.init), positions: sums.count / size, width: hidden, sums: sums)
                    }
                }
            }
            return found
        }
    }

    /// Computes the sums over decoded values, in double, and writes them beside the cache. Reads every state once.
    func writeSums(_ statistics: [LayerStatistics], on workers: Workers) throws(FeaturesError) {
        let table = try lift(FeaturesError.tokens) { () throws(TokensError) in try TokenTable(shards) }
        let groups: [Int] = table.labels.map { if case .category(let category) = $0 { category } else { table.labelSet.names.count } }
        var counts = [Int32](repeating: 0, count: table.labelSet.names.count + 1)
        for group in groups { counts[group] += 1 }
        let positions = max(1, shards.lengths.max() ?? 1)
        let groupCount = counts.count
        var writer = SafetensorsWriter()
        writer.metadata["cache"] = shards.manifestHash
        writer.isSealed = true
        writer.append("counts", shape: [groupCount], integers: counts)
        let results = try Self.collect(layers.count, on: workers) { index throws(FeaturesError) in
            try sums(of: statistics[index], groups, groupCount, positions)
        }
        for (name, sums) in results.flatMap({ $0 }) {
            writer.append(name, shape: [groupCount, sums.count / groupCount / hidden, hidden], doubles: sums)
        }
        let (path, all) = (folder + "/" + Self.sumsFile, writer)
        try lift(FeaturesError.model) { () throws(BERTError) in try all.write(to: path) }
    }

    private func sums(
        of statistics: LayerStatistics, _ groups: [Int], _ groupCount: Int, _ positions: Int
    ) throws(FeaturesError) -> [(String, [Double])] {
        var sums: [String: [Double]] = [:]
        for row in 0..<count {
            let vectors = try vectors(statistics.layer, row: row)
            for (cosine, vector, moments) in [
                ("sequence", vectors.states, statistics.tokens), ("cls", vectors.first, statistics.first), ("mean", vectors.mean, statistics.mean),
            ] {
                guard let vector, vector.rows > 0 else { continue }
                let places = cosine == "sequence" ? positions : 1
                for normalisation in UnitVectors.normalisations {
                    let unit = UnitVectors.unit(vector, normalisation, moments).elements
                    let start = groups[row] * places * hidden
                    let name = UnitVectors.name(normalisation, cosine, statistics.layer)
                    var sum = sums.removeValue(forKey: name) ?? [Double](repeating: 0, count: groupCount * places * hidden)
                    for (index, value) in unit.enumerated() { sum[start + index] += Double(value) }
                    sums[name] = sum
                }
            }
        }
        return sums.sorted { $0.key < $1.key }
    }
}
