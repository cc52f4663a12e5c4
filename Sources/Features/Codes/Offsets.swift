import FoundationEssentials
import Kernels

/// What was taken off the vectors of a column before they were stored: the mean over a pilot, of first tokens and of all others.
struct Offsets: Sendable {
    /// [1, width].
    let first: Matrix
    let others: Matrix

    /// - Parameter vectors: [1, width] for a column of one vector a row; [2, width] for the first token of a row and the others.
    init(_ vectors: Matrix) {
        (first, others) = (vectors.row(0), vectors.row(vectors.rows - 1))
    }

    /// Of the vector at a place in its row.
    func vector(_ place: Int) -> Matrix { place == 0 ? first : others }
}

extension Offsets {
    static func attribute(_ column: String) -> String { "offset.\(column)" }

    /// Base64 of float32 numbers, as an identity's attributes hold them.
    static func text(_ vectors: Matrix) -> String { Data(vectors.elements.flatMap(\.littleEndianBytes)).base64EncodedString() }

    /// Nil where the text is no such vectors.
    init?(_ text: String, rows: Int, width: Int) {
        guard let data = Data(base64Encoded: text), data.count == 4 * rows * width else { return nil }
        let bytes = [UInt8](data)
        var numbers: [Float] = []
        for at in stride(from: 0, to: bytes.count, by: 4) {
            let (low, high) = (UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8, UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8)
            numbers.append(Float(bitPattern: low | high << 16))
        }
        guard numbers.allSatisfy({ $0.isFinite }) else { return nil }
        self.init(Matrix(rows: rows, columns: width, numbers))
    }
}

extension Float {
    var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * UInt32($0))) } }
}
