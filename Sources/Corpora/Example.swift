/// One record of a corpus: a text or two, and what is known of them.
public struct Example: Sendable, Equatable {
    /// Exactly as in the file, spaces at its ends included; of a sentence of words, these with a space between them.
    public var text: String
    /// The words of a sentence that is labelled word by word.
    public var words: [String]?
    public var pair: String?
    /// Nil in a split without labels.
    public var label: RawLabel?
    /// What the file's own index column says; nil where it has none.
    public var id: String?
    /// Counts from 1, the header included.
    public var line: Int

    public init(text: String, pair: String? = nil, label: RawLabel? = nil, id: String? = nil, line: Int) {
        (self.text, self.pair, self.label, self.id, self.line) = (text, pair, label, id, line)
    }

    /// A sentence of words.
    public init(words: [String], tags: [String]?, line: Int) {
        self.init(text: words.joined(separator: " "), label: tags.map { .tags($0) }, line: line)
        self.words = words
    }
}

/// A label as it stands in the data: a name or a number, not yet a class of any model.
public enum RawLabel: Sendable, Equatable, Hashable {
    case category(String)
    case score(Float)
    /// Of each word: `O`, or `B-` or `I-` and the type of an entity that begins or goes on there.
    case tags([String])
}

/// A record that cannot be used, which is no reason to stop.
public struct Reject: Sendable, Equatable {
    /// Counts from 1, the header included.
    public var line: Int
    public var reason: String
    /// The beginning of the line.
    public var excerpt: String

    public init(line: Int, reason: String, excerpt: String) {
        (self.line, self.reason, self.excerpt) = (line, reason, excerpt)
    }
}

/// What a file holds: examples, and what can't be one.
public enum Record: Sendable, Equatable {
    case example(Example)
    case reject(Reject)
}

/// The records of a split, in the order of the file; each line but the header is an example or a reject.
public struct ReadResult: Sendable, Equatable {
    public var examples: [Example]
    /// The first of them: as many as were asked for.
    public var rejects: [Reject]
    /// All of them.
    public var rejectCount: Int
    /// Whether the file's first line names its columns.
    public var hasHeader: Bool

    public init(examples: [Example] = [], rejects: [Reject] = [], hasHeader: Bool = true) {
        (self.examples, self.rejects, self.hasHeader) = (examples, rejects, hasHeader)
        rejectCount = rejects.count
    }

    /// The place of an example among the file's records, from 0; those that cannot be used are counted.
    public func index(of example: Example) -> Int { example.line - (hasHeader ? 2 : 1) }
}
