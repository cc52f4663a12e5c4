public import BERT
public import Kernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// MiniLMv2's self-relations (Wang et al., 2021, eq. 4 to 6): KL of the scaled products of queries, of keys and of values with
/// themselves, of one layer of the teacher and the student's last; a mean over heads, tokens and sequences, a sum over the three.
/// Any number of heads splits both widths, so that there is no W and no map.
public struct RelationObjective: StateObjective, Equatable {
    /// Of the teacher, from 1.
    public var layer: Int
    public var heads: Int

    public init(layer: Int, heads: Int) { (self.layer, self.heads) = (layer, heads) }

    public var map: [Int] { [layer] }
    public var requirement: TapRequirement { TapRequirement(queryKeyValue: [layer]) }

    public func problem(_ student: BERTConfiguration) -> String? {
        heads > 0 && student.hiddenSize % heads == 0 ? nil : "\(heads) heads do not split the student's width of \(student.hiddenSize)"
    }

    public func append(to layout: inout ParameterLayout, student: BERTConfiguration, teacherWidth: Int) {}

    /// Of the last layer queries, keys and values alone.
    public func reaches(_ entry: ParameterLayout.Entry, of student: BERTConfiguration) -> Bool {
        guard entry.layer == student.layerCount else { return true }
        return entry.name.contains(".attention.self.")
    }

    public func scratch(lengths: [Int], negatives: Int, teacherWidth: Int) -> Int { 3 * heads * lengths.reduce(0) { $0 + $1 * $1 } }

    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        guard let states = teacher.queryKeyValue[layer] else { preconditionFailure("taps hold the layer that is required") }
        let relations = Relations(heads: heads, width: states.columns / 3, offsets: teacher.offsets)
        let probabilities = relations.matrix()
        let entropies = Losses(count: relations.taskCount)
        workers.run(relations.taskCount) { task in
            let block = relations.block(task, of: probabilities)
            relations.products(task, of: states, into: block)
            softmax(block, scale: relations.scale)
            entropies[task] = block.elements.reduce(0.0) { $1 > 0 ? $0 + Double($1) * log(Double($1)) : $0 }
        }
        return Targets(heads: heads, offsets: teacher.offsets, probabilities: probabilities, entropies: entropies)
    }

    struct Targets: StateTargets {
        let heads: Int
        let offsets: [Int]
        let probabilities: Matrix
        /// Of each block, sum p log p.
        let entropies: Losses

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            let layer = student.pass.layerCount
            let states = student.pass.queryKeyValue(layer)
            let relations = Relations(heads: heads, width: states.columns / 3, offsets: offsets)
            let gradient = student.workspace.matrix(rows: states.rows, columns: states.columns)
            let terms = Losses(count: relations.taskCount)
            workers.run(relations.taskCount) { task in
                let (target, vectors) = (relations.block(task, of: probabilities), relations.vectors(task, of: states))
                let scores = Matrix(rows: target.rows, columns: target.columns)
                relations.products(task, of: states, into: scores)
                let own = scores.copy()
                softmax(own, scale: relations.scale)
                var cross = 0.0
                for row in 0..<own.rows {
                    // log sum exp from the largest, whose probability is not small.
                    let (raw, p) = (scores.row(row), own.row(row))
                    let top = raw.elements.indices.max { raw[0, $0] < raw[0, $1] } ?? 0
                    let logSum = Double(relations.scale * raw[0, top]) - log(Double(p[0, top]))
                    cross += logSum - Double(relations.scale) * Double(dot(target.row(row), raw))
                }
                let share = 1 / Double(heads * own.rows * (offsets.count - 1))
                terms[task] = share * (cross + entropies[task])
                // At the scores p - target; a score is a product of the vectors with themselves.
                addScaled(-1, target, to: own)
                scale(own, by: Float(weight * share) * relations.scale)
                let arriving = relations.vectors(task, of: gradient)
                multiply(own, vectors, into: arriving)
                multiply(own.transposed, vectors, into: arriving, beta: 1)
            }
            return (terms.sum, TapGradients(queryKeyValue: [layer: gradient]))
        }
    }
}

/// Products of queries, keys and values with themselves: a block [length, length] for each sequence, head and kind.
private struct Relations: Sendable {
    let heads, width: Int
    let offsets: [Int]
    private let starts: [Int]

    init(heads: Int, width: Int, offsets: [Int]) {
        precondition(width % heads == 0, "heads that split the width")
        (self.heads, self.width, self.offsets) = (heads, width, offsets)
        starts = zip(offsets, offsets.dropFirst()).reduce(into: [0]) { $0.append($0.last! + 3 * heads * ($1.1 - $1.0) * ($1.1 - $1.0)) }
    }

    var scale: Float { 1 / Float(width / heads).squareRoot() }
    var taskCount: Int { (offsets.count - 1) * 3 * heads }

    func matrix() -> Matrix { Matrix(unfilledRows: 1, columns: starts.last!) }

    func block(_ task: Int, of matrix: Matrix) -> Matrix {
        let (sequence, part) = (task / (3 * heads), task % (3 * heads))
        let length = offsets[sequence + 1] - offsets[sequence]
        return Matrix(
            storage: matrix.storage, offset: matrix.offset + starts[sequence] + part * length * length, rows: length, columns: length)
    }

    /// One kind and head of a sequence [length, width / heads].
    func vectors(_ task: Int, of states: Matrix) -> Matrix {
        let (sequence, part) = (task / (3 * heads), task % (3 * heads))
        let size = width / heads
        let start = part / heads * width + part % heads * size
        return states[rows: offsets[sequence]..<offsets[sequence + 1]][columns: start..<start + size]
    }

    func products(_ task: Int, of states: Matrix, into block: Matrix) {
        let vectors = vectors(task, of: states)
        multiply(vectors, vectors.transposed, into: block)
    }
}
