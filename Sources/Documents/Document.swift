/// A text that stands by itself, such as an article.
public struct Document: Sendable, Equatable {
    /// A number that its source gives it.
    public var id: Int
    public var title: String
    /// UTF-8; paragraphs are parted by blank lines.
    public var text: [UInt8]
    /// Where the text has what is literal in its source; not stored.
    public var literals: [Range<Int>] = []

    public init(id: Int, title: String, text: [UInt8], literals: [Range<Int>] = []) {
        (self.id, self.title, self.text, self.literals) = (id, title, text, literals)
    }
}
