import BERT
public import Kernels
import Synchronization

extension ContrastTarget {
    /// The mean loss over the anchors, and its gradient at the projected student states.
    ///
    /// - Parameters:
    ///   - student: projected states [tokens, width].
    ///   - weight: multiplies the loss in the gradient.
    ///   - gradient: is overwritten [tokens, width].
    public func loss(student: Matrix, weight: Float, gradient: Matrix, on workers: Workers) -> Double {
        precondition(student.rows == gradient.rows && student.columns == gradient.columns, "gradients of the states' shape")
        let anchors = offsets.count - 1
        let (losses, constants) = (Losses(count: anchors), constants)
        let share = 1 / Double(parts.count)
        workers.run(anchors) { anchor in
            let rows = offsets[anchor]..<offsets[anchor + 1]
            let into = gradient[rows: rows]
            into.fill(0)
            var loss = constants[anchor]
            for part in parts {
                let scale = Double(weight) * share / Double(anchors)
                loss -= share * part.alignment(anchor, rows, student[rows: rows], scale: scale, into: into)
            }
            losses[anchor] = loss
        }
        return losses.mean
    }
}

extension ContrastTarget.Part {
    /// Target times unit student vector of one anchor; adds `scale` times the gradient of its negative.
    func alignment(_ anchor: Int, _ rows: Range<Int>, _ student: Matrix, scale: Double, into gradient: Matrix) -> Double {
        switch cosine {
        case .sequence:
            return align(target[rows: rows], student, scale: scale, into: gradient)
        case .token:
            let each = 1 / Double(rows.count)
            var sum = 0.0
            for row in 0..<rows.count {
                sum += align(
                    target.row(rows.lowerBound + row), student.row(row), scale: scale * each, into: gradient.row(row))
            }
            return sum * each
        case .cls:
            return align(target.row(anchor), student.row(0), scale: scale, into: gradient.row(0))
        case .mean, .sequenceAndCLS:
            let pooled = Taps.mean(of: student, [0, rows.count])
            let at = Matrix(rows: 1, columns: student.columns)
            let sum = align(target.row(anchor), pooled, scale: scale, into: at)
            for row in 0..<rows.count { addScaled(1 / Float(rows.count), at, to: gradient.row(row)) }
            return sum
        }
    }

    /// t . s / |s|; adds -scale (t / |s| - (t . s) s / |s|^3). A zero vector has no direction: 0, and no gradient.
    private func align(_ target: Matrix, _ vector: Matrix, scale: Double, into gradient: Matrix) -> Double {
        let squares = sumOfSquares(vector)
        guard squares > 0 else { return 0 }
        let length = squares.squareRoot()
        let product = Double(dot(target, vector))
        addScaled(Float(-scale / length), target, to: gradient)
        addScaled(Float(scale * product / (squares * length)), vector, to: gradient)
        return product / length
    }
}

/// A loss for each anchor, each written by one worker.
final class Losses: Sendable {
    private let values: Mutex<[Double]>
    init(count: Int) { values = Mutex([Double](repeating: 0, count: count)) }
    subscript(index: Int) -> Double {
        get { values.withLock { $0[index] } }
        set { values.withLock { $0[index] = newValue } }
    }
    var sum: Double { values.withLock { $0.reduce(0, +) } }
    var mean: Double { values.withLock { $0.reduce(0, +) / Double(max($0.count, 1)) } }
}
