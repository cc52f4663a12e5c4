extension BERTConfiguration {
    /// Floating point operations of the encoder's matrix products, forward, on sequences of these lengths; two for each product with its sum.
    public func forwardOperations(lengths: some Sequence<Int>) -> Double {
        let (hidden, inner) = (Double(hiddenSize), Double(intermediateSize))
        return Double(layerCount)
            * lengths.reduce(0.0) { sum, length in
                let tokens = Double(length)
                return sum + tokens * (8 * hidden * hidden + 4 * hidden * inner) + 4 * tokens * tokens * hidden
            }
    }
}
