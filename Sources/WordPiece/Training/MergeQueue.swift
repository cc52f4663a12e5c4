#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the pair whose joining makes the corpus likeliest, by unigrams of symbols (Schuster and Nakajima, "Japanese and
/// Korean voice search", 2012).
///
/// Joining a pair of n occurrences changes the log likelihood by
/// f(n) + f(a - n) - f(a) + f(b - n) - f(b) - f(N - n) + f(N), where f(x) = x log x, a and b count the two symbols, and N all.
/// Where it is positive it falls with n and N, and rises as a and b fall, which other merges bring about. So pairs wait by upper
/// bounds: first by what their n alone allows, n (log(N / n) + 1); when the best pairs are no better than that, by what they
/// would gain if both symbols had lost a share of their counts, which holds until one has. What is found is exact.
struct MergeQueue {
    private struct Entry {
        var bound: Double
        var pair: Int32
        var stamp: UInt32

        /// A total order, so that ties are settled by the pair.
        static func < (a: Entry, b: Entry) -> Bool { a.bound == b.bound ? a.pair > b.pair : a.bound < b.bound }
    }

    /// The share of its count that a symbol may lose before its pairs are valued again.
    private static let slack = 0.03

    /// A heap, the greatest first.
    private var entries: [Entry] = []
    /// Of each pair the stamp of its entry that counts, and whether it waits by its own gain.
    private var stamps: [UInt32] = []
    private var isValued: [Bool] = []
    /// Of each symbol the pairs that wait by their own gain.
    private var pairsOf: [[Int32]] = []
    /// Of each symbol its count when its pairs were valued.
    private var valued: [Int] = []
    private let minimumCount: Int

    init(_ chains: SymbolChains, minimumCount: Int) {
        self.minimumCount = minimumCount
        valued = chains.counts
        pairsOf = [[Int32]](repeating: [], count: valued.count)
        for pair in chains.pairs.indices { push(Int32(pair), chains) }
    }

    /// Takes the best pair out; `nil` if none makes the corpus likelier.
    mutating func next(_ chains: SymbolChains) -> Int32? {
        var best: (gain: Double, pair: Int32)?
        var tried: [Int32] = []
        while let entry = entries.first {
            if let best, entry.bound < best.gain { break }
            pop()
            guard stamps[Int(entry.pair)] == entry.stamp else { continue }
            if !isValued[Int(entry.pair)] {
                isValued[Int(entry.pair)] = true
                let (left, right) = (chains.pairs[Int(entry.pair)].left, chains.pairs[Int(entry.pair)].right)
                pairsOf[Int(left)].append(entry.pair)
                if left != right { pairsOf[Int(right)].append(entry.pair) }
                push(entry.pair, chains)
                continue
            }
            guard let gain = gain(entry.pair, chains) else { continue }
            tried.append(entry.pair)
            if best.map({ gain > $0.gain || (gain == $0.gain && entry.pair < $0.pair) }) ?? true { best = (gain, entry.pair) }
        }
        for pair in tried where pair != best?.pair { push(pair, chains) }
        return best.flatMap { $0.gain > 0 ? $0.pair : nil }
    }

    /// Follows a merge of `pair`, whose occurrences are gone, into `symbol`.
    ///
    /// - Parameter grown: pairs that came or occur more often.
    mutating func update(_ pair: Int32, into symbol: Int32, grown: [Int32], _ chains: SymbolChains) {
        while valued.count < chains.counts.count {
            valued.append(chains.counts[valued.count])
            pairsOf.append([])
        }
        // What it may lose counts from the most that it had.
        valued[Int(symbol)] = max(valued[Int(symbol)], chains.counts[Int(symbol)])
        for pair in grown { push(pair, chains) }
        for symbol in [chains.pairs[Int(pair)].left, chains.pairs[Int(pair)].right] {
            let count = chains.counts[Int(symbol)]
            guard Double(count) < Double(valued[Int(symbol)]) * (1 - Self.slack) else { continue }
            valued[Int(symbol)] = count
            for pair in pairsOf[Int(symbol)] where chains.pairs[Int(pair)].count < minimumCount { isValued[Int(pair)] = false }
            pairsOf[Int(symbol)].removeAll { !isValued[Int($0)] }
            for pair in pairsOf[Int(symbol)] { push(pair, chains) }
        }
    }

    private mutating func push(_ pair: Int32, _ chains: SymbolChains) {
        while stamps.count < chains.pairs.count {
            stamps.append(0)
            isValued.append(false)
        }
        stamps[Int(pair)] += 1
        guard chains.pairs[Int(pair)].count >= minimumCount else { return }
        let bound = isValued[Int(pair)] ? gain(chains.pairs[Int(pair)], of: valued, share: 1 - Self.slack, chains) : limit(pair, chains)
        entries.append(Entry(bound: bound, pair: pair, stamp: stamps[Int(pair)]))
        var child = entries.count - 1
        while child > 0, entries[(child - 1) / 2] < entries[child] {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child] < entries[child + 1] { child += 1 }
            guard entries[parent] < entries[child] else { return }
            entries.swapAt(parent, child)
            parent = child
        }
    }

    /// What the gain can never exceed while the pair does not occur more often.
    private func limit(_ pair: Int32, _ chains: SymbolChains) -> Double {
        let pair = chains.pairs[Int(pair)]
        let count = Double(pair.count)
        // Occurrences of a symbol beside itself may overlap.
        return count * (log(Double(chains.total) / (pair.left == pair.right ? 1 : count)) + 1)
    }

    private func gain(_ pair: Int32, _ chains: SymbolChains) -> Double? {
        let pair = chains.pairs[Int(pair)]
        return pair.count >= minimumCount ? gain(pair, of: chains.counts, share: 1, chains) : nil
    }

    /// What a pair gains if its symbols have a share of some counts.
    private func gain(_ pair: SymbolChains.Pair, of counts: [Int], share: Double, _ chains: SymbolChains) -> Double {
        let count = Double(pair.count)
        let (left, right) = (share * Double(counts[Int(pair.left)]), share * Double(counts[Int(pair.right)]))
        let sides = pair.left == pair.right ? change(left, 2 * count) : change(left, count) + change(right, count)
        return count * log(count) + sides - change(Double(chains.total), count)
    }
}

/// f(x - n) - f(x), without the loss of digits that a difference of large numbers has.
private func change(_ x: Double, _ n: Double) -> Double {
    x <= n ? -x * log(x) : (x - n) * log1p(-n / x) - n * log(x)
}
