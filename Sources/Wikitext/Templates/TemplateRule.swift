/// What shows of a template whose own page is not at hand.
enum TemplateRule: Sendable, Equatable {
    case drop
    /// A character or a few, whatever the arguments.
    case text(String)
    /// The argument of a number, from 1, or one that a name such as `text` says.
    case show(Int)
    /// The last argument without a name.
    case last
    /// As `show`, as a paragraph of its own.
    case block(Int)
    /// All arguments without names, in a row.
    case joined(String)
    /// Each argument without a name on a line of its own.
    case lines
    /// A number, or more of them, with its unit.
    case convert
    /// Whole, numerator, denominator.
    case fraction
    /// A number with an uncertainty, a power, a unit.
    case value
    /// Year, month and day from an argument on.
    case date(from: Int)
    /// Digits in groups.
    case number
    case asOf
    /// A link to a page in another language.
    case interlanguage
    /// A term, its script and its reading, in brackets.
    case reading
    /// Words before the first argument.
    case prefixed(String)
    /// Words behind the first argument.
    case suffixed(String)
    case pageName
    /// Capital or small letters of the first argument are kept as they are.
    case tableEnd
    /// Says of a page that it lists meanings.
    case disambiguation
}
