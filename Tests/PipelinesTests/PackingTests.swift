import Documents
import Foundation
import Sentences
import TestSupport
import Testing
import WordPiece

@testable import Pipelines

/// Sequences that are shuffled on disk.
@Suite struct PackingTests {
    private struct Sequence: Hashable {
        var document: Int32
        var ids: [Int32]
    }

    /// - Returns: the sequences in their new order, and how many were there before.
    private func shuffled(_ sequences: [Sequence], memory: Int = 1 << 20, seed: UInt64 = 0) throws -> ([Sequence], Int) {
        let folder = TemporaryFolder()
        let buckets = try SequenceBuckets(folder.path + "/buckets", memory: memory, seed: seed)
        for sequence in sequences { try buckets.add(sequence.ids, document: sequence.document) }
        try buckets.close()
        var result: [Sequence] = []
        while let bucket = try buckets.next() {
            for row in 0..<bucket.count { result.append(Sequence(document: bucket.document(row), ids: bucket.ids(row))) }
        }
        #expect(try folder.files().isEmpty)
        #expect(buckets.count == sequences.count)
        return (result, buckets.duplicates)
    }

    private func sequences(_ count: Int, kinds: Int) -> [Sequence] {
        (0..<count).map { index in
            let kind = index &* 7919 % kinds
            return Sequence(document: Int32(index), ids: (0...(kind % 40)).map { Int32(kind &* 31 &+ $0) })
        }
    }

    @Test func givesEachSequenceOnce() throws {
        let all = sequences(20_000, kinds: 5000)
        let (result, duplicates) = try shuffled(all)
        #expect(result.count == 5000 && duplicates == 15_000)
        #expect(Set(result.map(\.ids)) == Set(all.map(\.ids)))
        // The first of those that are equal stays.
        var first: [[Int32]: Int32] = [:]
        for sequence in all where first[sequence.ids] == nil { first[sequence.ids] = sequence.document }
        #expect(result.allSatisfy { first[$0.ids] == $0.document })
    }

    @Test func theOrderIsTheSeedsAlone() throws {
        let all = sequences(30_000, kinds: 30_000)
        let (result, _) = try shuffled(all)
        // So little memory that files are parted again.
        #expect(try shuffled(all, memory: 16 << 10).0 == result)
        #expect(try shuffled(all.reversed()).0 == result)
        #expect(try shuffled(all, seed: 1).0 != result)
    }

    /// Documents are as far apart as in a random order: neighbours of the input come to be neighbours by chance alone.
    @Test func theOrderIsShuffled() throws {
        let (result, _) = try shuffled(sequences(20_000, kinds: 20_000))
        let distances = zip(result, result.dropFirst()).map { abs(Int($0.document) - Int($1.document)) }
        let mean = Double(distances.reduce(0, +)) / Double(distances.count)
        #expect(abs(mean / 20_000 - 1 / 3) < 0.01)
        let rising = zip(result, result.dropFirst()).count { $0.document < $1.document }
        #expect(abs(Double(rising) / 20_000 - 0.5) < 0.02)
    }

    @Test func oneSequenceInPlentyTakesNoMemory() throws {
        let all = [Sequence](repeating: Sequence(document: 1, ids: [1, 2, 3]), count: 50_000) + [Sequence(document: 2, ids: [4])]
        let (result, duplicates) = try shuffled(all, memory: 8 << 10)
        #expect(Set(result) == [Sequence(document: 1, ids: [1, 2, 3]), Sequence(document: 2, ids: [4])] && duplicates == 49_999)
    }

    @Test func anOldFolderIsMadeAnew() throws {
        let folder = TemporaryFolder()
        try folder.write("left by a kill", to: "buckets/bucket-00")
        let buckets = try SequenceBuckets(folder.path + "/buckets", memory: 1 << 20, seed: 0)
        try buckets.close()
        #expect(try buckets.next() == nil)
    }

    private func pack(_ text: String, maximumLength: Int) throws -> [[Int32]] {
        let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "."] + "abcdefghij".map { "\($0)\($0)" }
        let tokenizer = try WordPieceTokenizer(vocabulary: WordPieceVocabulary(bytes: Array(words.joined(separator: "\n").utf8), file: "vocab.txt"))
        let packer = SequencePacker(splitter: SentenceSplitter(), maximumLength: maximumLength)
        return packer.pack(Document(id: 0, title: "", text: Array(text.utf8)), SequenceEncoder(tokenizer))
    }

    @Test func packsAsManySentencesAsFit() throws {
        let text = "Aa bb cc. Dd ee ff. Gg hh.\n\nIi jj."
        #expect(try pack(text, maximumLength: 100) == [[6, 7, 8, 5, 9, 10, 11, 5, 12, 13, 5, 14, 15, 5]])
        #expect(try pack(text, maximumLength: 10) == [[6, 7, 8, 5, 9, 10, 11, 5], [12, 13, 5, 14, 15, 5]])
        #expect(try pack(text, maximumLength: 9) == [[6, 7, 8, 5], [9, 10, 11, 5, 12, 13, 5], [14, 15, 5]])
    }

    @Test func cutsASentenceThatIsTooLong() throws {
        #expect(try pack("Aa bb. Aa bb cc dd ee ff gg. Hh ii.", maximumLength: 5) == [[6, 7, 5], [6, 7, 8], [9, 10, 11], [12, 5], [13, 14, 5]])
    }

    @Test func nothingMakesNothing() throws {
        #expect(try pack("", maximumLength: 10) == [] && pack("  \n\n ", maximumLength: 10) == [])
    }
}
