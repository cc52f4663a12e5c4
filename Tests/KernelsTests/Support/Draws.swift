import Kernels
import Randomness

/// Normal numbers, the same for the same seed.
func draws(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    var random = RandomStream(seed: seed, stream: 0)
    return (0..<count).map { _ in Float(random.normal()) * scale }
}

func drawn(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) -> Matrix {
    Matrix(rows: rows, columns: columns, draws(rows * columns, seed: seed, scale: scale))
}

/// Whether each number is within `relative` of the expected one, or `absolute`.
func agree(_ ours: [Float], _ expected: [Double], relative: Double = 2e-6, absolute: Double = 1e-6) -> Bool {
    // A difference that is NaN is below nothing.
    ours.count == expected.count
        && zip(ours, expected).allSatisfy { (Double($0.0) - $0.1).magnitude <= max(relative * $0.1.magnitude, absolute) }
}

/// Lengths around the vector widths, and those of real models.
let lengths = [1, 2, 3, 7, 8, 15, 16, 17, 26, 31, 33, 64, 100, 312]
