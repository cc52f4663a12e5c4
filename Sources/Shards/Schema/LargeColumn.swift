/// A column with a frame of its own for each row: hidden states of a layer, for one.
public struct LargeColumn: Codable, Sendable, Equatable {
    public enum Filter: String, Codable, Sendable {
        case none
        /// Bit *p* of many numbers side by side, which LZ4 shrinks where the numbers alone do not.
        case bitPlanes
    }

    public var name: String
    public var element: ElementType
    /// Numbers for each token.
    public var width: Int
    public var filter: Filter

    public init(name: String, element: ElementType, width: Int, filter: Filter) {
        (self.name, self.element, self.width, self.filter) = (name, element, width, filter)
    }

    /// Bytes of a row of so many tokens.
    public func bytes(length: Int) -> Int { length * width * element.size }
}
