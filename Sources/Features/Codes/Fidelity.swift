import Kernels

/// How well vectors were stored: the cosine of what is read back to what was there, both without the offset.
public enum Fidelity {
    /// The least that a cache declares.
    public struct Bounds: Sendable, Equatable {
        public var mean: Double
        public var minimum: Double

        public init(mean: Double, minimum: Double) { (self.mean, self.minimum) = (mean, minimum) }
    }

    /// Mean and least of some cosines.
    public struct Summary: Sendable, Equatable {
        public var count = 0
        var sum = 0.0
        public var minimum = 1.0

        public init() {}

        public var mean: Double { count == 0 ? 1 : sum / Double(count) }

        /// - Parameter weight: how many cosines the mean is of.
        mutating func add(mean: Double, minimum: Double, weight: Int) {
            guard weight > 0 else { return }
            count += weight
            sum += mean * Double(weight)
            self.minimum = min(self.minimum, minimum)
        }
    }

    static func column(_ name: String) -> String { "fidelity.\(name)" }
    static let boundsAttribute = "bounds"

    /// The cosine of two vectors without the offset. One that hardly differs from the offset has nothing to keep: 1.
    static func centredCosine(_ original: Matrix, _ decoded: Matrix, _ offset: Matrix) -> Double {
        let (a, b) = (original.copy(), decoded.copy())
        addScaled(-1, offset, to: a)
        addScaled(-1, offset, to: b)
        let (left, right) = (sumOfSquares(a), sumOfSquares(b))
        if left <= 1e-8 * sumOfSquares(original) { return 1 }
        guard right > 0 else { return 0 }
        return min(1, Double(dot(a, b)) / (left * right).squareRoot())
    }

    /// Of a row's vectors: the first's cosine, and mean and minimum of the others' (1 where there are none).
    static func ofRow(_ original: Matrix, _ decoded: Matrix, _ offsets: Offsets) -> [Float] {
        guard original.rows > 0 else { return [1, 1, 1] }
        var others = Summary()
        for row in 1..<max(1, original.rows) {
            let cosine = centredCosine(original.row(row), decoded.row(row), offsets.others)
            others.add(mean: cosine, minimum: cosine, weight: 1)
        }
        return [Float(centredCosine(original.row(0), decoded.row(0), offsets.first)), Float(others.mean), Float(others.minimum)]
    }
}

extension Fidelity.Bounds {
    /// Both roles of every layer have the same.
    var attribute: String {
        let (mean, minimum) = (decimals(mean), decimals(minimum))
        return "first.mean=\(mean) first.minimum=\(minimum) others.mean=\(mean) others.minimum=\(minimum)"
    }
}

/// Up to six decimals, without zeros at the end.
func decimals(_ value: Double) -> String {
    let millionths = Int((value.magnitude * 1e6).rounded())
    var text = String(millionths % 1_000_000)
    text = String(repeating: "0", count: 6 - text.count) + text
    while text.hasSuffix("0") { text.removeLast() }
    return (value < 0 && millionths > 0 ? "-" : "") + "\(millionths / 1_000_000)" + (text.isEmpty ? "" : "." + text)
}
