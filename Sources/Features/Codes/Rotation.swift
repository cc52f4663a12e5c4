import Kernels
import Randomness

/// The signed block-Hadamard rotation of codes: it spreads a vector's few large numbers over its block, so that one scale serves
/// all (`schemas/shard-format.md`, "Codes").
struct Rotation: Sendable {
    let width: Int
    /// The largest power of two that divides the width.
    let block: Int
    /// Signs by 1 / sqrt(block) [1, width]: the butterflies are unscaled.
    private let factors: Matrix
    private let zero: Matrix

    init(width: Int) {
        precondition(width > 0, "vectors have a width")
        (self.width, block) = (width, width & -width)
        var random = RandomStream(seed: 0, stream: Streams.signs)
        let scale = 1 / Float(block).squareRoot()
        var word: UInt32 = 0
        factors = Matrix(
            rows: 1, columns: width,
            (0..<width).map { index in
                if index % 32 == 0 { word = random.next32() }
                return word >> UInt32(index % 32) & 1 == 1 ? -scale : scale
            })
        zero = Matrix(rows: 1, columns: width)
    }

    /// Rotates a vector [1, width] in place.
    func apply(_ vector: Matrix) {
        multiplyAdd(vector, factors, zero)
        hadamard(vector, block: block)
    }

    /// Turns a vector back in place, and adds another to it.
    func undo(_ vector: Matrix, adding offset: Matrix?) {
        hadamard(vector, block: block)
        multiplyAdd(vector, factors, offset ?? zero)
    }
}
