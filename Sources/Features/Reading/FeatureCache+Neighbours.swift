import Kernels

/// A sequence that lies near another.
public struct Neighbour: Sendable, Equatable {
    public var row: Int
    /// Of the two vectors without the layer's mean.
    public var cosine: Double
}

extension FeatureCache {
    /// The sequences nearest to one by the cosine of their vectors in the last cached layer: means of states where there are any, else
    /// [CLS]. The layer's mean is taken off, without which all lie together.
    ///
    /// - Throws: `FeaturesError.missing` where the cache has no states.
    public func neighbours(of row: Int, count: Int) throws(FeaturesError) -> [Neighbour] {
        guard let statistics = try statistics().last, let moments = statistics.mean ?? statistics.first else {
            throw .missing(folder: folder, what: "states that could be compared (tensor 'hidden', 'cls' or 'mean')")
        }
        let centre = Matrix(rows: 1, columns: hidden, moments.mean)
        func unit(_ row: Int) throws(FeaturesError) -> Matrix? {
            let vectors = try vectors(statistics.layer, row: row)
            guard let vector = (statistics.mean == nil ? vectors.first : vectors.mean)?.copy() else { return nil }
            addScaled(-1, centre, to: vector)
            let length = sumOfSquares(vector).squareRoot()
            if length > 0 { scale(vector, by: Float(1 / length)) }
            return vector
        }
        guard let own = try unit(row) else { return [] }
        var found: [Neighbour] = []
        for other in 0..<self.count where other != row {
            if let vector = try unit(other) { found.append(Neighbour(row: other, cosine: Double(dot(own, vector)))) }
        }
        return Array(found.sorted { ($1.cosine, $0.row) < ($0.cosine, $1.row) }.prefix(count))
    }
}
