/// What of a page is text.
public struct WikitextOptions: Sendable, Equatable {
    /// Captions of pictures, as paragraphs of their own.
    public var captions = false
    /// Rows of tables, as lines.
    public var tables = false
    /// Formulas in TeX; without, only those that are a letter or a number.
    public var math = false
    /// Blocks of code and of text set as it is typed.
    public var code = false
    /// Variants of the language, the most wanted first, such as `zh-cn` and `zh-hans`.
    public var variants: [String] = []

    public init() {}
}
