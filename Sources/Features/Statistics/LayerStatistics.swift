import Files
import FoundationEssentials
import Kernels
import Shards

/// What is known of a layer's states over a whole cache, over decoded values, in double precision.
public struct LayerStatistics: Sendable, Equatable, Codable {
    /// Moments of some vectors.
    public struct Moments: Sendable, Equatable, Codable {
        public var mean: [Float]
        public var deviation: [Float]
        /// The share of the squared length that is left once the mean is taken off: below 0.01 a cosine sees nothing but
        /// the mean.
        public var centredShare: Double
    }

    public var layer: Int
    /// Over all tokens; nil where they are not cached.
    public var tokens: Moments?
    /// Over first tokens.
    public var first: Moments?
    /// Over the means of the sequences.
    public var mean: Moments?
}

/// Sums from which moments come.
private struct MomentSums {
    var count = 0
    var sums: [Double]
    var squares: [Double]

    init(width: Int) { (sums, squares) = (Array(repeating: 0, count: width), Array(repeating: 0, count: width)) }

    mutating func add(_ row: Matrix) {
        count += 1
        for (index, value) in row.elements.enumerated() {
            sums[index] += Double(value)
            squares[index] += Double(value) * Double(value)
        }
    }

    var moments: LayerStatistics.Moments {
        let n = Double(max(count, 1))
        let means = sums.map { $0 / n }
        let variances = zip(squares, means).map { max(0, $0 / n - $1 * $1) }
        let energy = squares.reduce(0, +) / n
        return LayerStatistics.Moments(
            mean: means.map(Float.init), deviation: variances.map { Float($0.squareRoot()) },
            centredShare: energy > 0 ? variances.reduce(0, +) / energy : 0)
    }
}

extension FeatureCache {
    /// `statistics.json` beside the manifest.
    private struct Record: Codable {
        /// The manifest that they are of.
        var cache: String
        var layers: [LayerStatistics]
    }

    private var path: String { folder + "/statistics.json" }

    /// The statistics of every cached layer, in the layers' order.
    public func statistics() throws(FeaturesError) -> [LayerStatistics] {
        let path = path
        guard Folder.exists(path) else { throw .missing(folder: folder, what: "statistics.json") }
        let bytes = try lift(FeaturesError.files) { () throws(FilesError) in try Folder.contents(path) }
        guard let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)), record.layers.map(\.layer) == layers,
            record.layers.allSatisfy({ layer in
                [layer.tokens, layer.first, layer.mean].allSatisfy { $0 == nil || $0?.mean.count == hidden && $0?.deviation.count == hidden }
            })
        else { throw .damaged(file: path, problem: "it does not hold the statistics of this cache") }
        guard record.cache == shards.manifestHash else { throw .stale(folder: folder, what: ["statistics.json is of another cache"]) }
        return record.layers
    }

    /// Writes what is computed from a finished cache and stands beside it, where it is not there yet.
    func writeBesides(sums: Bool, on workers: Workers) throws(FeaturesError) {
        if (try? statistics()) == nil { try writeStatistics(on: workers) }
        if sums, (try? unitSums()) == nil { try writeSums(try statistics(), on: workers) }
    }

    /// Computes the statistics of a finished cache and writes them beside it. Reads every state once.
    func writeStatistics(on workers: Workers) throws(FeaturesError) {
        let results = try FeatureCache.collect(layers.count, on: workers) { index throws(FeaturesError) in
            var (tokens, first, mean) = (MomentSums(width: hidden), MomentSums(width: hidden), MomentSums(width: hidden))
            for row in 0..<count {
                let vectors = try vectors(layers[index], row: row)
                if let states = vectors.states { for token in 0..<states.rows { tokens.add(states.row(token)) } }
                if let vector = vectors.first { first.add(vector) }
                if let vector = vectors.mean { mean.add(vector) }
            }
            func moments(_ sums: MomentSums) -> LayerStatistics.Moments? { sums.count > 0 ? sums.moments : nil }
            return LayerStatistics(layer: layers[index], tokens: moments(tokens), first: moments(first), mean: moments(mean))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(Record(cache: shards.manifestHash, layers: results)) else {
            preconditionFailure("statistics always encode")
        }
        let (path, bytes) = (path, Array(data) + [0x0A])
        try lift(FeaturesError.files) { () throws(FilesError) in try AtomicFile.write(bytes, to: path) }
    }

    /// What the cache has of a layer for one sequence: all tokens, the first, and their mean.
    func vectors(_ layer: Int, row: Int) throws(FeaturesError) -> (states: Matrix?, first: Matrix?, mean: Matrix?) {
        if tensors.contains(.hidden) {
            let states = Matrix(rows: shards.lengths[row], columns: hidden)
            try read(layer, row: row, into: states)
            if states.rows == 0 { return (states, nil, nil) }
            let mean = Matrix(rows: 1, columns: hidden)
            for token in 0..<states.rows { addScaled(1 / Float(states.rows), states.row(token), to: mean) }
            return (states, states.row(0), mean)
        }
        return (
            nil, tensors.contains(.cls) ? try vectors(.cls(layer), [row]) : nil,
            tensors.contains(.mean) ? try vectors(.mean(layer), [row]) : nil
        )
    }
}
