import Files
import Testing

@testable import Shards

@Suite struct FramesTests {
    /// Values of the reference implementation (xxhsum -H32).
    @Test func checksumIsXXH32() {
        func hash(_ text: String) -> UInt32 { unsafe Array(text.utf8).withUnsafeBytes { unsafe XXH32.hash($0) } }
        #expect(hash("") == 0x02CC_5D05)
        #expect(hash("a") == 0x550D_7456)
        #expect(hash("abc") == 0x32D1_53FF)
        #expect(hash("Nobody inspects the spammish repetition") == 0xE229_3B2F)
    }

    private func record(_ frame: [UInt8], _ flags: FrameRecord.Flags, raw: Int) -> FrameRecord {
        FrameRecord(
            offset: 0, stored: UInt32(frame.count), raw: UInt32(raw), rows: 1, flags: flags, hash: ContentHash.xxh3_64(frame))
    }

    private func decode(_ frame: [UInt8], _ record: FrameRecord, size: Int, isChecked: Bool) throws -> [UInt8] {
        var target = [UInt8](repeating: 0xAA, count: Int(record.raw))
        try unsafe frame.withUnsafeBytes { frame in
            try unsafe target.withUnsafeMutableBytes { target in
                try unsafe FrameDecoder().decode(frame, record, size: size, into: target, isChecked: isChecked)
            }
        }
        return target
    }

    /// Below, at and above the length of a block.
    @Test(arguments: [1, 2, 1000, 4 << 20, (4 << 20) + 2, 9 << 20], [false, true])
    func framesOfAnyLengthComeBack(count: Int, isNoise: Bool) throws {
        var random = Xorshift(state: UInt64(count))
        let contents = (0..<count).map { UInt8(truncatingIfNeeded: isNoise ? Int(random.next() >> 9 & 0xFF) : $0 / 100) }
        for filter in [LargeColumn.Filter.none, .bitPlanes] where filter == .none || count % 2 == 0 {
            var output: [UInt8] = [1, 2, 3]
            let (place, flags) = FrameEncoder().append(contents, filter: filter, size: 2, to: &output, start: 1000)
            #expect(flags == (isNoise || count < 10 ? .stored : filter == .bitPlanes ? .bitPlanes : []))
            if flags == .stored, count <= 4 << 20 { #expect((1000 + place.lowerBound) % 64 == 45) }
            let frame = Array(output[place])
            for isChecked in [false, true] {
                #expect(try decode(frame, record(frame, flags, raw: count), size: 2, isChecked: isChecked) == contents)
            }
        }
    }

    /// What came before must not show in a frame: shards are made again after a kill.
    @Test func framesDoNotDependOnThoseBefore() {
        var random = Xorshift(state: 3)
        let used = FrameEncoder()
        for _ in 0..<300 {
            let contents = (0..<random.next(below: 9000) + 1).map { UInt8($0 / 50 % 3) &+ UInt8(random.next(below: 3)) }
            var (a, b): ([UInt8], [UInt8]) = ([], [])
            _ = used.append(contents, filter: .none, size: 1, to: &a, start: 0)
            _ = FrameEncoder().append(contents, filter: .none, size: 1, to: &b, start: 0)
            #expect(a == b)
        }
    }

    /// A hash that is right over bytes that are wrong: what a forger makes.
    @Test func forgedFramesAreErrorsOrDecode() throws {
        var random = Xorshift(state: 11)
        let contents = (0..<3000).map { UInt8(truncatingIfNeeded: $0 / 30) }
        var output: [UInt8] = []
        let (place, flags) = FrameEncoder().append(contents, filter: .none, size: 1, to: &output, start: 0)
        let frame = Array(output[place])
        var refused = 0
        for _ in 0..<20_000 {
            var forged = frame
            for _ in 0...random.next(below: 3) { forged[random.next(below: forged.count)] = UInt8(truncatingIfNeeded: random.next() >> 11) }
            if random.next(below: 4) == 0 { forged.removeLast(random.next(below: forged.count)) }
            do {
                _ = try decode(forged, record(forged, flags, raw: contents.count), size: 1, isChecked: false)
            } catch is FrameProblem { refused += 1 }
            do {
                let back = try decode(forged, record(forged, flags, raw: contents.count), size: 1, isChecked: true)
                #expect(back == contents)
            } catch is FrameProblem {}
        }
        #expect(refused > 10_000)
    }
}
