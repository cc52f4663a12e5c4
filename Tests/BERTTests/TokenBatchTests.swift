import BERT
import Testing

@Suite struct TokenBatchTests {
    private let configuration = BERTConfiguration(
        vocabularySize: 10, hiddenSize: 4, layerCount: 1, headCount: 1, intermediateSize: 4, maximumPositions: 3)

    private func problem(_ ids: [Int32], _ types: [UInt8]) -> String? {
        var batch = TokenBatch()
        batch.append(ids: ids, types: types)
        do { try batch.check(configuration) } catch { return error.description }
        return nil
    }

    @Test func whatTheTablesHoldIsTaken() { #expect(problem([0, 9, 5], [0, 1, 1]) == nil) }

    @Test func whatIsBeyondTheTablesIsRefused() throws {
        #expect(try #require(problem([10], [0])).contains("token 10 is outside the model's vocabulary of 10"))
        #expect(try #require(problem([-1], [0])).contains("token -1"))
        #expect(try #require(problem([1], [2])).contains("token type 2"))
        #expect(try #require(problem([1, 1, 1, 1], [0, 0, 0, 0])).contains("3 positions"))
        #expect(try #require(problem([], [])).contains("no tokens"))
    }
}
