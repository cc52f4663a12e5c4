/// How often each word of a corpus was met: what a vocabulary is trained from.
///
/// Text is counted as it stands, by runs between white space and characters that are words alone; only distinct runs are
/// normalised. Counts of parts of a corpus can be added, in any order.
public struct WordCounts: Sendable {
    public let settings: WordPieceSettings
    private let roles: RoleTable
    private let actions: CharacterActions
    private var runs = CountedStrings()

    public init(_ settings: WordPieceSettings) {
        self.settings = settings
        actions = CharacterActions(settings)
        roles = RoleTable(actions)
    }

    /// Distinct runs so far.
    public var runCount: Int { runs.count }

    /// Counts the words of a text.
    public mutating func add(_ text: UTF8Span) {
        let text = text.span
        var (start, index) = (0, 0)
        func end() { if index > start { runs.add(text.extracting(start..<index)) } }
        while index < text.count {
            let (scalar, byteCount) = scalar(of: text, at: index)
            switch roles[scalar] {
            case .inner: index += byteCount
            case .space:
                end()
                index += byteCount
                start = index
            case .alone:
                end()
                start = index
                index += byteCount
                end()
                start = index
            }
        }
        end()
    }

    public mutating func add(_ other: WordCounts) { runs.add(other.runs) }

    /// Forgets the rarest runs until at most so many are left, all of a count or none.
    public mutating func prune(to limit: Int) {
        guard runs.count > limit else { return }
        let sorted = runs.counts.sorted(by: >)
        runs = runs.above(sorted[limit])
    }

    /// The normalised words; those that are too long have no pieces, and are left out.
    func words() -> CountedStrings {
        var sink = WordCollector(word: WordBuffer(maximumLength: settings.maximumWordLength))
        let bytes = runs.bytes.span
        for index in 0..<runs.count {
            sink.times = runs.counts[index]
            actions.walk(bytes, runs.range(index), &sink)
            actions.end(&sink)
        }
        return sink.words
    }
}

private struct WordCollector: WordSink {
    var word: WordBuffer
    var words = CountedStrings()
    var times = 0

    mutating func source(_ start: Int, _ end: Int) {}
    mutating func pushed() {}
    mutating func endWord() {
        guard !word.isTooLong else { return }
        words.add(word, times)
    }
}

extension CountedStrings {
    fileprivate mutating func add(_ word: borrowing WordBuffer, _ times: Int) {
        add(word.bytes.span.extracting(0..<word.count), times)
    }
}
