import Foundation
import TestSupport
import Testing

@testable import WordPiece

@Suite struct MergeQueueTests {
    /// The pair of adjacent symbols whose joining gains most, by definition; ties go to nobody.
    private func best(_ words: [[Int32]], _ weights: [Int]) -> [(pair: [Int32], gain: Double)] {
        var symbols: [Int32: Int] = [:]
        var pairs: [[Int32]: Int] = [:]
        for (word, weight) in zip(words, weights) {
            for symbol in word { symbols[symbol, default: 0] += weight }
            for (a, b) in zip(word, word.dropFirst()) { pairs[[a, b], default: 0] += weight }
        }
        func f(_ x: Int) -> Double { x > 0 ? Double(x) * log(Double(x)) : 0 }
        let total = symbols.values.reduce(0, +)
        return pairs.map { pair, n in
            let (a, b) = (symbols[pair[0]]!, symbols[pair[1]]!)
            let sides = pair[0] == pair[1] ? f(a - 2 * n) - f(a) : f(a - n) - f(a) + f(b - n) - f(b)
            return (pair, f(n) + sides - f(total - n) + f(total))
        }.sorted { $0.gain > $1.gain }
    }

    private func joined(_ word: [Int32], _ pair: [Int32], _ symbol: Int32) -> [Int32] {
        var result: [Int32] = []
        var index = 0
        while index < word.count {
            if index + 1 < word.count, word[index] == pair[0], word[index + 1] == pair[1] {
                result.append(symbol)
                index += 2
            } else {
                result.append(word[index])
                index += 1
            }
        }
        return result
    }

    @Test("Each pair that is joined is the best there is, and counts stay right", arguments: 0..<60)
    func greedy(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let letters = Int32.random(in: 2...9, using: &generator)
        let count = Int.random(in: 1...60, using: &generator)
        var words = (0..<count).map { _ in
            (0..<Int.random(in: 1...10, using: &generator)).map { _ in
                min(Int32.random(in: 0..<letters, using: &generator), Int32.random(in: 0..<letters, using: &generator))
            }
        }
        let weights = (0..<count).map { _ in Int.random(in: 1...(seed % 2 == 0 ? 3 : 5000), using: &generator) }
        var chains = SymbolChains(words.map { $0[...] }, weights: weights, symbolCount: Int(letters))
        var queue = MergeQueue(chains, minimumCount: 1)
        var next = letters
        while let number = queue.next(chains) {
            let pair = [chains.pairs[Int(number)].left, chains.pairs[Int(number)].right]
            let candidates = best(words, weights)
            let gain = candidates.first { $0.pair == pair }!.gain
            #expect(candidates[0].gain - gain <= 1e-9 * max(1, candidates[0].gain))
            // Now and then a symbol that was there before, as a token may be made in two ways.
            let symbol = next > letters && Int.random(in: 0..<8, using: &generator) == 0 ? Int32.random(in: letters..<next, using: &generator) : next
            if symbol == next { next += 1 }
            let grown = chains.merge(number, into: symbol)
            queue.update(number, into: symbol, grown: grown, chains)
            words = words.map { joined($0, pair, symbol) }
            var counts = [Int](repeating: 0, count: Int(next))
            for (word, weight) in zip(words, weights) { for symbol in word { counts[Int(symbol)] += weight } }
            #expect(chains.counts == counts && chains.total == counts.reduce(0, +))
        }
        #expect(best(words, weights).allSatisfy { $0.gain <= 1e-6 })
    }
}
