/// The distinct words of a corpus as chains of symbols, which merges make shorter.
struct SymbolChains {
    struct Place {
        var symbol: Int32
        /// The places before and after in the word, or -1.
        var previous: Int32
        var next: Int32
        var word: Int32
        /// The pair that begins here, or -1; and its neighbours among the pair's places.
        var pair: Int32 = -1
        var before: Int32 = -1
        var after: Int32 = -1
    }

    struct Pair {
        let left: Int32
        let right: Int32
        /// How often it occurs.
        var count = 0
        /// The first of its places, or -1.
        var head: Int32 = -1
    }

    private var places: [Place] = []
    private let weights: [Int]
    private(set) var pairs: [Pair] = []
    /// How often each symbol occurs.
    private(set) var counts: [Int]
    /// All symbols in all words.
    private(set) var total = 0
    private var numbers: [UInt64: Int32] = [:]

    /// - Parameters:
    ///   - words: symbols of each word.
    ///   - weights: how often each word occurs.
    init(_ words: [ArraySlice<Int32>], weights: [Int], symbolCount: Int) {
        self.weights = weights
        counts = [Int](repeating: 0, count: symbolCount)
        for (number, word) in words.enumerated() {
            let first = places.count
            for (index, symbol) in word.enumerated() {
                let isLast = index == word.count - 1
                places.append(
                    Place(
                        symbol: symbol, previous: index == 0 ? -1 : Int32(first + index - 1), next: isLast ? -1 : Int32(first + index + 1),
                        word: Int32(number)))
                counts[Int(symbol)] += weights[number]
                total += weights[number]
            }
        }
        for place in places.indices { link(Int32(place)) }
    }

    /// Joins all occurrences of a pair into a symbol, which may be a new one.
    ///
    /// - Returns: the pairs that came or occur more often.
    mutating func merge(_ pair: Int32, into symbol: Int32) -> [Int32] {
        if Int(symbol) == counts.count { counts.append(0) }
        let (left, right) = (pairs[Int(pair)].left, pairs[Int(pair)].right)
        var occurrences: [Int32] = []
        var place = pairs[Int(pair)].head
        while place >= 0 {
            occurrences.append(place)
            place = places[Int(place)].after
        }
        // Of three equal symbols the first two are joined.
        if left == right { occurrences.sort() }
        let firstNew = pairs.count
        var grown: [Int32] = []
        for place in occurrences {
            guard places[Int(place)].pair == pair else { continue }
            let second = places[Int(place)].next
            let (before, behind) = (places[Int(place)].previous, places[Int(second)].next)
            unlink(place)
            unlink(second)
            if before >= 0 { unlink(before) }
            places[Int(place)].symbol = symbol
            places[Int(place)].next = behind
            if behind >= 0 { places[Int(behind)].previous = place }
            let weight = weights[Int(places[Int(place)].word)]
            counts[Int(left)] -= weight
            counts[Int(right)] -= weight
            counts[Int(symbol)] += weight
            total -= weight
            for changed in [before, place] where changed >= 0 {
                let pair = link(changed)
                if pair >= 0, pair < firstNew { grown.append(pair) }
            }
        }
        return Array(Int32(firstNew)..<Int32(pairs.count)) + Set(grown).sorted()
    }

    /// Notes the pair that begins at a place.
    ///
    /// - Returns: the pair, or -1.
    @discardableResult
    private mutating func link(_ place: Int32) -> Int32 {
        let (symbol, next, word) = (places[Int(place)].symbol, places[Int(place)].next, places[Int(place)].word)
        guard next >= 0 else { return -1 }
        let pair = number(symbol, places[Int(next)].symbol)
        let head = pairs[Int(pair)].head
        if head >= 0 { places[Int(head)].before = place }
        places[Int(place)].after = head
        places[Int(place)].before = -1
        places[Int(place)].pair = pair
        pairs[Int(pair)].head = place
        pairs[Int(pair)].count += weights[Int(word)]
        return pair
    }

    private mutating func unlink(_ place: Int32) {
        let (pair, before, after, word) = (
            places[Int(place)].pair, places[Int(place)].before, places[Int(place)].after, places[Int(place)].word
        )
        guard pair >= 0 else { return }
        if before >= 0 { places[Int(before)].after = after } else { pairs[Int(pair)].head = after }
        if after >= 0 { places[Int(after)].before = before }
        places[Int(place)].pair = -1
        pairs[Int(pair)].count -= weights[Int(word)]
    }

    private mutating func number(_ left: Int32, _ right: Int32) -> Int32 {
        let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        if let number = numbers[key] { return number }
        let number = Int32(pairs.count)
        numbers[key] = number
        pairs.append(Pair(left: left, right: right))
        return number
    }
}
