/// A column with a frame of its own for each row: hidden states of a layer, for one.
public struct LargeColumn: Codable, Sendable, Equatable {
    public enum Filter: String, Codable, Sendable {
        case none
        /// Bit *p* of many numbers side by side, which LZ4 shrinks where the numbers alone do not.
        case bitPlanes
    }

    public enum Layout: String, Codable, Sendable {
        /// A vector for each token.
        case token
        /// Matrices [tokens, tokens], as attention has them.
        case square
    }

    public var name: String
    public var element: ElementType
    /// Numbers for each token; of a square column, matrices.
    public var width: Int
    public var filter: Filter
    /// Nil, as the first writers left it out, is `token`.
    private var layout: Layout?

    public init(name: String, element: ElementType, width: Int, filter: Filter, isSquare: Bool = false) {
        (self.name, self.element, self.width, self.filter) = (name, element, width, filter)
        layout = isSquare ? .square : nil
    }

    public var isSquare: Bool { layout == .square }

    /// Bytes of a row of so many tokens; more than a frame can hold where they are beyond counting.
    public func bytes(length: Int) -> Int {
        let vector = element.bytes(width: width)
        if !isSquare { return length * vector }
        let (tokens, isTooLong) = length.multipliedReportingOverflow(by: length)
        let (bytes, isTooMuch) = tokens.multipliedReportingOverflow(by: vector)
        return isTooLong || isTooMuch ? Int.max >> 16 : min(bytes, Int.max >> 16)
    }
}
