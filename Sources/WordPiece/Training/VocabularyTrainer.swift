/// Trains a WordPiece vocabulary: from single characters, pairs of pieces are joined, each time the one that makes the corpus
/// likeliest, until there are enough.
public struct VocabularyTrainer: Sendable {
    /// How many tokens to end with, special ones included.
    public var size: Int
    /// A pair of pieces that occurs less often is not joined.
    public var minimumFrequency = 2
    /// So many characters are kept, the most frequent; words with others are unknown.
    public var alphabetLimit = 1000
    /// Further tokens after the usual five.
    public var specialTokens: [String] = []

    public init(size: Int) { self.size = size }

    /// The tokens in the order of their ids: special tokens, characters, characters within words, then pieces as they were
    /// joined. They are fewer than asked for if the corpus yields no more.
    ///
    /// Equal counts give equal tokens.
    /// - Parameter isStopped: asked now and then; `nil` follows a yes.
    public func train(_ counts: WordCounts, isStopped: () -> Bool = { false }) -> [String]? {
        let settings = counts.settings
        let words = counts.words()
        var tokens = settings.namedTokensInOrder + specialTokens + settings.additionalSpecialTokens
        tokens = tokens.enumerated().filter { tokens.firstIndex(of: $0.element) == $0.offset }.map(\.element)
        // A character may take two places.
        let alphabet = Alphabet(words, limit: min(alphabetLimit, max(0, size - tokens.count) / 2))
        let reserved = Set(tokens.map { Array($0.utf8) })

        // A symbol is a token's number after the special ones; `names` are without the prefix.
        var names = alphabet.initials + alphabet.followers
        let prefix = Array(settings.continuingPrefix.utf8)
        let initialCount = alphabet.initials.count
        var isFollower = names.indices.map { $0 >= initialCount }
        func token(_ symbol: Int) -> [UInt8] { isFollower[symbol] ? prefix + names[symbol] : names[symbol] }
        var symbolOfToken: [[UInt8]: Int32] = [:]
        for symbol in names.indices { symbolOfToken[token(symbol)] = Int32(symbol) }

        var (chains, weights): ([ArraySlice<Int32>], [Int]) = ([], [])
        for index in 0..<words.count {
            guard let symbols = alphabet.symbols(words, index) else { continue }
            chains.append(symbols[...])
            weights.append(words.counts[index])
        }
        var lattice = SymbolChains(chains, weights: weights, symbolCount: names.count)
        chains = []
        var queue = MergeQueue(lattice, minimumCount: max(minimumFrequency, 1))
        let alphabetCount = names.count
        let room = size - tokens.count
        // Joining goes on until there are enough pieces that are still in use.
        var (used, leastUses, checkAt) = (alphabetCount, 1, room)
        while used < room, let pair = queue.next(lattice) {
            if names.count & 0xFF == 0, isStopped() { return nil }
            let (left, right) = (Int(lattice.pairs[Int(pair)].left), Int(lattice.pairs[Int(pair)].right))
            let name = names[left] + names[right]
            let joined = isFollower[left] ? prefix + name : name
            // The text of a special token would be found as that, never as a piece.
            guard !reserved.contains(joined) else { continue }
            let symbol: Int32
            if let known = symbolOfToken[joined] {
                symbol = known
            } else {
                symbol = Int32(names.count)
                names.append(name)
                isFollower.append(isFollower[left])
                symbolOfToken[joined] = symbol
            }
            let occurrences = lattice.pairs[Int(pair)].count
            let grown = lattice.merge(pair, into: symbol)
            queue.update(pair, into: symbol, grown: grown, lattice)
            guard names.count >= checkAt else { continue }
            // What is used less than a new piece would be is not worth its place.
            leastUses = max(occurrences, minimumFrequency)
            used = alphabetCount + (alphabetCount..<names.count).count { lattice.counts[$0] >= leastUses }
            checkAt = names.count + max(1, (room - used) / 2)
        }
        let ranked = (alphabetCount..<names.count).sorted { (lattice.counts[$1], $0) < (lattice.counts[$0], $1) }
        let kept = ranked.prefix(max(0, room - alphabetCount)).sorted()
        return tokens + ((0..<alphabetCount) + kept).map { String(decoding: token($0), as: UTF8.self) }
    }
}

extension WordPieceSettings {
    /// In the order in which BERT has them.
    fileprivate var namedTokensInOrder: [String] { [padToken, unknownToken, classToken, separatorToken, maskToken] }
}

/// The characters of words.
private struct Alphabet {
    /// Characters as tokens, in the order of their code points.
    let initials: [[UInt8]]
    /// Those that are met within words.
    let followers: [[UInt8]]
    private var initialSymbol: [UInt32: Int32] = [:]
    private var followerSymbol: [UInt32: Int32] = [:]

    init(_ words: CountedStrings, limit: Int) {
        var counts: [UInt32: Int] = [:]
        var within: Set<UInt32> = []
        let bytes = words.bytes.span
        for index in 0..<words.count {
            forEachScalar(bytes, words.range(index)) { scalar, isFirst in
                counts[scalar, default: 0] += words.counts[index]
                if !isFirst { within.insert(scalar) }
            }
        }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let kept = ranked.prefix(limit).map(\.key).sorted()
        let inner = kept.filter(within.contains)
        initials = kept.map(utf8)
        followers = inner.map(utf8)
        for (index, scalar) in kept.enumerated() { initialSymbol[scalar] = Int32(index) }
        for (index, scalar) in inner.enumerated() { followerSymbol[scalar] = Int32(kept.count + index) }
    }

    /// `nil` if a character was not kept.
    func symbols(_ words: CountedStrings, _ index: Int) -> [Int32]? {
        var symbols: [Int32?] = []
        forEachScalar(words.bytes.span, words.range(index)) { scalar, isFirst in
            symbols.append(isFirst ? initialSymbol[scalar] : followerSymbol[scalar])
        }
        return symbols.contains(nil) ? nil : symbols.compactMap(\.self)
    }
}

private func utf8(_ scalar: UInt32) -> [UInt8] { Array(String(Unicode.Scalar(scalar)!).utf8) }

private func forEachScalar(_ bytes: Span<UInt8>, _ range: Range<Int>, _ body: (_ scalar: UInt32, _ isFirst: Bool) -> Void) {
    var index = range.lowerBound
    while index < range.upperBound {
        let (scalar, byteCount) = scalar(of: bytes, at: index)
        body(scalar, index == range.lowerBound)
        index += byteCount
    }
}
