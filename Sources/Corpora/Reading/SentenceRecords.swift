/// Makes sentences of lines with a word and its tag each.
struct SentenceRecords {
    private let word: Int
    /// Nil where tags are not wanted.
    private let tag: Int?
    private let types: [String]
    private let mayBeMissing: Bool
    private let path: String

    private var words: [String] = []
    private var tags: [String] = []
    private var start = 0
    /// What is wrong with the sentence, if anything; its first line that is.
    private var problem: Reject?

    /// A sentence is cut where it gets longer, in words: files without empty lines are no reason to hold all of them.
    static let longest = 10_000

    init(_ descriptor: CorpusDescriptor, split: String, path: String, readsLabels: Bool) {
        let layout = descriptor.layout(of: split)
        func position(_ column: Column?) -> Int? { if case .at(let position)? = column { position } else { nil } }
        (word, tag, self.path) = (position(layout.text) ?? 0, readsLabels ? position(layout.label) : nil, path)
        if case .entities(let types)? = descriptor.labels { self.types = types } else { types = [] }
        mayBeMissing = descriptor.mayLackLabels(split)
    }

    /// The sentence that ends before a line, if one does.
    mutating func add(_ line: String, line number: Int) throws(CorporaError) -> Record? {
        let hasTab = line.utf8.contains(UInt8(ascii: "\t"))
        // A word may be any character but these: the parts of a Unicode space are no columns.
        let fields = hasTab
            ? line.split(separator: "\t", omittingEmptySubsequences: false).map { trimmed(String($0)) } : line.split(separator: " ").map(String.init)
        if fields.allSatisfy(\.isEmpty) || fields[0] == "-DOCSTART-" { return end() }
        let ended = words.count >= Self.longest ? end() : nil
        if words.isEmpty { start = number }
        guard word < fields.count else {
            words.append("?")
            problem = problem ?? Reject(line: number, reason: "column \(word) is asked for, \(fields.count) found", excerpt: excerpt(line))
            return ended
        }
        words.append(fields[word])
        if fields[word].isEmpty { problem = problem ?? Reject(line: number, reason: "column \(word) has no word", excerpt: excerpt(line)) }
        guard let tag else { return ended }
        guard tag < fields.count, !fields[tag].isEmpty else {
            if !mayBeMissing { problem = problem ?? Reject(line: number, reason: "the word has no tag", excerpt: excerpt(line)) }
            return ended
        }
        tags.append(try normalised(fields[tag], line: number))
        return ended
    }

    /// The sentence that ends with the file, if one does.
    mutating func end() -> Record? {
        defer { (words, tags, problem) = ([], [], nil) }
        guard !words.isEmpty else { return nil }
        if let problem { return .reject(problem) }
        if tags.count != words.count, !tags.isEmpty {
            return .reject(Reject(line: start, reason: "\(words.count) words and \(tags.count) tags", excerpt: excerpt(words.joined(separator: " "))))
        }
        return .example(Example(words: words, tags: tag == nil || tags.isEmpty ? nil : Self.begun(tags), line: start))
    }

    /// A tag of the schemes IOB, IOBES and BILOU as one of `O`, `B-type` and `I-type`.
    private func normalised(_ tag: String, line: Int) throws(CorporaError) -> String {
        guard let found = TagScheme.normalised(tag), found == "O" || types.contains(String(found.dropFirst(2))) else {
            throw .unknownLabel(path: path, line: line, label: tag, labels: ["O"] + types)
        }
        return found
    }

    /// The same entities with a B- where each begins: IOB1 has one only between neighbours of a type.
    private static func begun(_ tags: [String]) -> [String] {
        var before = "O"
        return tags.map { tag in
            defer { before = tag }
            return tag.hasPrefix("I-") && before.dropFirst(2) != tag.dropFirst(2) ? "B-" + tag.dropFirst(2) : tag
        }
    }
}
