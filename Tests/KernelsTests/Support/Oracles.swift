#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The kernels, one number at a time in doubles.
enum Oracle {
    static func normalDistribution(_ x: Double) -> Double { erfc(-x / 2.squareRoot()) / 2 }
    static func gelu(_ x: Double) -> Double { x * normalDistribution(x) }
    static func geluSlope(_ x: Double) -> Double {
        normalDistribution(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    }
    static func tangent(_ x: Double) -> Double { tanh(x) }

    static func softmax(_ row: [Double], scale: Double) -> [Double] {
        let top = row.max()!
        let powers = row.map { exp(scale * ($0 - top)) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    static func layerNorm(_ row: [Double], epsilon: Double) -> (normalised: [Double], inverse: Double) {
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        let inverse = 1 / (variance + epsilon).squareRoot()
        return (row.map { ($0 - mean) * inverse }, inverse)
    }
}

extension Array where Element == Float {
    var doubles: [Double] { map(Double.init) }
    /// Rows of a length, in doubles.
    func rows(_ columns: Int) -> [[Double]] {
        stride(from: 0, to: count, by: columns).map { self[$0..<$0 + columns].map(Double.init) }
    }
}
