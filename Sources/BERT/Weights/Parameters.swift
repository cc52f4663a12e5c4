public import Kernels
import Randomness

/// An arena of floats under a layout: weights, or gradients, or a moment.
public struct Parameters: Sendable {
    public let layout: ParameterLayout
    public let storage: FloatStorage

    /// Zeros; or any numbers, for an arena that is filled as a whole.
    public init(layout: ParameterLayout, isZero: Bool = true) {
        self.layout = layout
        storage = FloatStorage(count: layout.count, isZero: isZero)
    }

    public subscript(name: String) -> Matrix? { layout[name].map(matrix) }

    public func matrix(_ entry: ParameterLayout.Entry) -> Matrix {
        Matrix(storage: storage, offset: entry.offset, rows: entry.rows, columns: entry.columns)
    }

    /// All of them as one row.
    public var flat: Matrix { Matrix(storage: storage, offset: 0, rows: 1, columns: storage.count) }

    /// Several entries that stand one after another, as one matrix.
    func stacked(_ names: [String], columns: Int) -> Matrix {
        let entries = names.compactMap { layout[$0] }
        precondition(entries.count == names.count, "entries of the layout")
        precondition(zip(entries, entries.dropFirst()).allSatisfy { $0.range.upperBound == $1.offset }, "neighbours")
        return Matrix(
            storage: storage, offset: entries[0].offset, rows: entries.reduce(0) { $0 + $1.count } / columns,
            columns: columns)
    }

    /// Draws N(0, range) for matrices, 1 for layer norms' gains, 0 for biases, one stream an entry.
    ///
    /// - Parameter include: which entries; the others keep what they hold.
    public func initialise(range: Double, seed: UInt64, include: (ParameterLayout.Entry) -> Bool = { _ in true }) {
        for (index, entry) in layout.entries.enumerated() where include(entry) {
            let matrix = matrix(entry)
            if entry.isMatrix {
                var random = RandomStream(seed: seed, stream: Streams.initialisation &+ UInt64(index))
                for row in 0..<entry.rows {
                    for column in 0..<entry.columns { matrix[row, column] = Float(random.normal() * range) }
                }
            } else {
                matrix.fill(entry.name.hasSuffix("LayerNorm.weight") ? 1 : 0)
            }
        }
    }
}
