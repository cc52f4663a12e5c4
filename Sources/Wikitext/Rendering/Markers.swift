/// Bytes that stand for something between rendering and tidying. Pages cannot hold them, as XML cannot.
enum Marker {
    /// Something was left out here.
    static let dropped: UInt8 = 0x01
    /// An apostrophe of a run of two or more.
    static let quote: UInt8 = 0x02
    /// Around text that is no wikitext whatever it looks like.
    static let literalStart: UInt8 = 0x03
    static let literalEnd: UInt8 = 0x04
    /// Begins a heading, whose level follows as a byte above `headingLevel`.
    static let heading: UInt8 = 0x05
    static let headingLevel: UInt8 = 0x10
    /// Begin an item of a list; in a term, ` : ` goes before what it means.
    static let item: UInt8 = 0x06
    static let term: UInt8 = 0x07
    /// Between the arguments of a template that are put together later.
    static let separator: UInt8 = 0x1F
}
