import Randomness

/// Where negatives come from.
public enum NegativeSource: Sendable, Equatable {
    /// The other members of the batch.
    case batch
    /// The rows that are shuffled together with the anchor.
    case window
    /// So many rows visited before the batch.
    case bank(size: Int)
    /// All rows, by their mean; nothing is drawn.
    case all
}

/// Which rows never stand as a row's negatives, besides itself: those of the same group in any of some partitions.
public struct Exclusions: Sendable, Equatable {
    /// Of each partition the group of each row; negative numbers are groups of their own.
    private var partitions: [[Int32]] = []

    public init() {}

    public mutating func add(_ groups: [Int32]) { partitions.append(groups) }

    func excludes(_ row: Int, for anchor: Int) -> Bool {
        row == anchor || partitions.contains { $0[anchor] >= 0 && $0[anchor] == $0[row] }
    }
}

extension Exclusions {
    /// Rows with equal elements get equal numbers.
    ///
    /// - Parameter offsets: row r has elements offsets[r]..<offsets[r + 1].
    public static func groups(of elements: [Int32], offsets: [Int]) -> [Int32] {
        var numbers: [ArraySlice<Int32>: Int32] = [:]
        return zip(offsets, offsets.dropFirst()).map { start, end in
            let row = elements[start..<end]
            if let number = numbers[row] { return number }
            let number = Int32(numbers.count)
            numbers[row] = number
            return number
        }
    }
}

/// Draws the negatives of anchors: a pure function of (seed, epoch, position).
public struct NegativeSampler: Sendable {
    public let order: SampleOrder
    public let source: NegativeSource
    /// Negatives an anchor (K).
    public let count: Int
    public let exclusions: Exclusions

    public init(_ order: SampleOrder, source: NegativeSource, count: Int, exclusions: Exclusions = Exclusions()) {
        (self.order, self.source, self.count, self.exclusions) = (order, source, count, exclusions)
    }

    /// The negatives of each member of a batch, as places among some candidates.
    ///
    /// - Parameters:
    ///   - positions: of the batch in its epoch.
    ///   - members: the rows at these positions.
    ///   - candidates: rows, in the order that the source gives them.
    public func draw(epoch: Int, positions: Range<Int>, members: [Int], candidates: [Int]) -> [[Int]] {
        zip(positions, members).map { position, anchor in
            let stream = Streams.negatives + UInt64(epoch) * UInt64(order.count) + UInt64(position)
            return Randomness.draw(count: candidates.count, seed: order.seed, stream: stream, limit: count) {
                !exclusions.excludes(candidates[$0], for: anchor)
            }
        }
    }

    /// Rows that were visited before a batch, the last first: the candidates of a bank.
    ///
    /// - Parameter epochs: gives the order of an epoch.
    public func bank(epoch: Int, first position: Int, size: Int, epochs: (Int) -> EpochOrder) -> [Int] {
        var rows: [Int] = []
        var (epoch, position) = (epoch, position)
        var order = epochs(epoch)
        while rows.count < size {
            if position == 0 {
                if epoch == 0 { break }
                epoch -= 1
                position = self.order.count
                order = epochs(epoch)
            }
            position -= 1
            rows.append(order.row(at: position))
        }
        return rows
    }
}
