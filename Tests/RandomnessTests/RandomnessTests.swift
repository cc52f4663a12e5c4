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

    @Test(arguments: [
        (0.5, 0.0), (0.975, 1.959963984540054), (0.9, 1.2815515655446004), (0.3, -0.5244005127080408),
        (0.075, -1.4395314709384563), (0.0749, -1.4402382675279637), (1e-5, -4.26489079392282461),
        (1e-9, -5.99780701500768686), (1e-12, -7.03448382530113193), (0x1p-53, -8.20953615160138686),
    ])
    func quantilesAgreeWithScipy(p: Double, expected: Double) {
        #expect((normalQuantile(p) - expected).magnitude <= 2e-15 * max(1, expected.magnitude))
    }

    /// Later versions must draw the same orders: caches, splits and runs depend on them.
    @Test func permutationsAreFrozen() {
        #expect(permutation(count: 10, seed: 0, stream: 0) == [6, 9, 0, 2, 1, 8, 4, 5, 7, 3])
        #expect(
            permutation(count: 16, seed: 42, stream: Streams.order)
                == [8, 9, 1, 14, 2, 3, 5, 15, 0, 4, 13, 10, 12, 11, 7, 6])
        let long = permutation(count: 100_000, seed: 7, stream: 3)
        #expect(long.prefix(5) == [92126, 60118, 41177, 76885, 80898])
        let digest = long.enumerated().reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1.offset) &* UInt64($1.element) }
        #expect(digest == 367_706_543_595_869_721)
    }

    /// Those of `schemas/sampling.md`.
    @Test func drawsAreFrozen() {
        #expect(draw(count: 1000, seed: 42, stream: Streams.negatives, limit: 8) == [968, 423, 16, 580, 543, 15, 240, 47])
        #expect(draw(count: 5, seed: 42, stream: Streams.negatives + 1, limit: 8) == [2, 0, 4, 1, 3])
        #expect(draw(count: 10, seed: 42, stream: Streams.negatives + 2, limit: 4) { $0 % 2 == 1 } == [3, 9, 5, 1])
    }

    @Test func drawsAreDistinctAndEven() {
        var counts = [Int](repeating: 0, count: 20)
        for stream in 0..<4000 as Range<UInt64> {
            let drawn = draw(count: 20, seed: 3, stream: stream, limit: 5)
            #expect(Set(drawn).count == 5)
            for number in drawn { counts[number] += 1 }
        }
        #expect(counts.allSatisfy { ($0 - 1000).magnitude < 150 })
    }

    @Test func normalsAreFrozen() {
        var stream = RandomStream(seed: 42, stream: Streams.initialisation)
        #expect((0..<3).map { _ in stream.normal() } == [0.06217345075309292, 1.1193603888485406, 0.5798466018640027])
    }

    @Test func uniformsStayInside() {
        var stream = RandomStream(seed: 5, stream: 2)
        for _ in 0..<10_000 {
            let u = stream.openUniform()
            #expect(u > 0 && u < 1)
        }
    }

    /// The words of a stream are those of its blocks, in order.
    @Test func streamsReadTheirBlocks() {
        var stream = RandomStream(seed: 9, stream: 4)
        let philox = Philox(seed: 9)
        for index in 0..<3 as Range<UInt64> {
            let block = philox.block(stream: 4, index: index)
            for lane in 0..<4 { #expect(stream.next32() == block[lane]) }
        }
    }

    @Test func logarithmsAgreeWithKnownOnes() {
        for (x, expected) in [
            (1.0, 0.0), (2, 0.6931471805599453), (1e-300, -690.7755278982137), (0.7, -0.35667494393873245),
            (1.4142135623730951, 0.34657359027997264), (10, 2.302585092994046),
        ] { #expect((logarithm(x) - expected).magnitude <= 1e-15 * max(1, expected.magnitude)) }
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
