/// What a dense layer's weights get of a batch: weight [out, in] += gradientᵀ input, bias [1, out] += the gradient's column sums.
public struct DenseGradient: Sendable {
    let gradient, input, weight, bias: Matrix

    /// - Parameters:
    ///   - gradient: at the layer's output [m, out].
    ///   - input: of the layer [m, in].
    public init(_ gradient: Matrix, input: Matrix, weight: Matrix, bias: Matrix) {
        (self.gradient, self.input, self.weight, self.bias) = (gradient, input, weight, bias)
    }
}

/// Adds the gradients of several layers. They wait for nothing of each other, so that workers share all at once, in few large tiles.
public func accumulate(_ layers: [DenseGradient], on workers: Workers = .one) {
    var tasks: [(layer: DenseGradient, rows: Range<Int>, columns: Range<Int>)] = []
    for layer in layers {
        let tiles = Tiles(rows: layer.weight.rows, columns: layer.weight.columns, limit: 4)
        tasks += (0..<tiles.count).map { (layer, tiles[$0].rows, tiles[$0].columns) }
    }
    // The largest first, and the sums of columns last: little is left to wait for at the end.
    tasks.sort { $0.rows.count * $0.columns.count > $1.rows.count * $1.columns.count }
    let products = tasks
    workers.run(products.count + layers.count) { index in
        guard index < products.count else {
            let layer = layers[index - products.count]
            return addColumnSums(layer.gradient, to: layer.bias)
        }
        let (layer, rows, columns) = products[index]
        multiply(
            layer.gradient[columns: rows].transposed, layer.input[columns: columns], into: layer.weight[rows: rows][columns: columns], beta: 1)
    }
}
