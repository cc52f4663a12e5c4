import Testing

@testable import Randomness

@Suite struct RandomnessTests {
    /// The published known answers of Random123's `kat_vectors`.
    @Test func philoxGivesTheKnownAnswers() {
        #expect(
            Philox(seed: 0).block(stream: 0, index: 0)
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox(seed: .max).block(stream: .max, index: .max)
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox(seed: 0x299f_31d0_a409_3822).block(stream: 0x0370_7344_1319_8a2e, index: 0x85a3_08d3_243f_6a88)
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test(arguments: [(0.5, 0.0), (0.975, 1.959963984540054), (1e-9, -5.997807015008182), (0.9, 1.2815515655446004)])
    func quantilesAgreeWithScipy(p: Double, expected: Double) {
        #expect((normalQuantile(p) - expected).magnitude < 1e-13)
    }

    @Test func normalsHaveTheirMoments() {
        var stream = RandomStream(seed: 7, stream: 1)
        let draws = (0..<200_000).map { _ in stream.normal() }
        let mean = draws.reduce(0, +) / 200_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200_000
        let fourth = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / 200_000
        #expect(mean.magnitude < 0.01)
        #expect((variance - 1).magnitude < 0.02)
        #expect((fourth - 3).magnitude < 0.15)
    }

    @Test(arguments: [0, 1, 2, 7, 1000])
    func permutationsHoldEachMemberOnce(count: Int) {
        let order = permutation(count: count, seed: 3, stream: 9)
        #expect(order.sorted() == Array(0..<count))
        #expect(order == permutation(count: count, seed: 3, stream: 9))
        if count > 10 {
            #expect(order != permutation(count: count, seed: 4, stream: 9))
            #expect(order != permutation(count: count, seed: 3, stream: 10))
        }
    }

    @Test func boundedNumbersAreEven() {
        var stream = RandomStream(seed: 11, stream: 0)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[Int(stream.below(7))] += 1 }
        #expect(counts.allSatisfy { ($0 - 10_000).magnitude < 500 })
    }
}
