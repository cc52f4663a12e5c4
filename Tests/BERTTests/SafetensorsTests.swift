import BERT
import Kernels
import Randomness
import TestSupport
import Testing

@Suite struct SafetensorsTests {
    private let folder = TemporaryFolder()

    private func file(_ header: String, data: Int = 0, claimed: UInt64? = nil) throws -> String {
        try file(header, [UInt8](repeating: 0, count: data), claimed: claimed)
    }

    private func file(_ header: String, _ data: [UInt8], claimed: UInt64? = nil) throws -> String {
        let length = claimed ?? UInt64(header.utf8.count)
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
        bytes += Array(header.utf8) + data
        try folder.write(bytes, to: "x.safetensors")
        return folder.path + "/x.safetensors"
    }

    private func problem(_ path: String) -> String? {
        do { _ = try SafetensorsFile(path) } catch { return error.description }
        return nil
    }

    @Test func aWellFormedFileIsRead() throws {
        let path = try file(
            #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
                + #""e":{"dtype":"F16","shape":[0,3],"data_offsets":[8,8]}}  "#, data: 8)
        let read = try SafetensorsFile(path)
        #expect(read.tensors.keys.sorted() == ["a", "e"])
        #expect(try read.floats("a") == [0, 0])
        #expect(try read.floats("e") == [])
        #expect(try read.floats("b") == nil)
        #expect(read.integers("a") == nil)
    }

    /// Numbers of two bytes at even addresses and at odd ones, behind a tensor of bytes; infinity is refused.
    @Test(arguments: [0, 1], [("F16", [0x00, 0x3C, 0x00, 0xC0], [0x00, 0x7C]), ("BF16", [0x80, 0x3F, 0x00, 0xC0], [0x80, 0xFF])])
    func halvesAreWidened(padding: Int, kind: (type: String, bytes: [UInt8], infinity: [UInt8])) throws {
        func path(_ bytes: [UInt8]) throws -> String {
            let end = padding + bytes.count
            return try file(
                #"{"p":{"dtype":"U8","shape":[\#(padding)],"data_offsets":[0,\#(padding)]},"#
                    + #""h":{"dtype":"\#(kind.type)","shape":[\#(bytes.count / 2)],"data_offsets":[\#(padding),\#(end)]}}"#,
                [UInt8](repeating: 9, count: padding) + bytes)
        }
        #expect(try SafetensorsFile(path(kind.bytes)).floats("h") == [1, -2])
        let infinite = try SafetensorsFile(path(kind.bytes + kind.infinity))
        #expect(throws: BERTError.notFinite(file: folder.path + "/x.safetensors", tensor: "h")) { try infinite.floats("h") }
    }

    @Test(arguments: [
        // Offsets that do not fit shape, file, each other.
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 8, "tensor 'a' of shape [2] has offsets [0, 4]"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "offsets"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, "offsets"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "'a'"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "truncated"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 12, "4 bytes after its last tensor"),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12,
            "overlap or leave gaps"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "overlap or leave gaps"),
        // Shapes that overflow.
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "'a'"),
        (#"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, 8, "'a'"),
        (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, 8, "JSON"),
        // No header at all.
        (#"{"a":{"dtype":"F12","shape":[1],"data_offsets":[0,4]}}"#, 4, "'a'"),
        (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "'a'"),
        ("[]", 0, "JSON"), ("", 0, "JSON"), ("{", 0, "JSON"), (#"{"a":3}"#, 0, "JSON"), ("\u{FF}\u{0}", 0, "JSON"),
    ])
    func damageIsRefused(header: String, data: Int, expected: String) throws {
        let found = try #require(problem(try file(header, data: data)))
        #expect(found.contains(expected))
        #expect(found.contains("x.safetensors"))
    }

    @Test(arguments: [0, 3, 100, 100_000_001, UInt64(1) << 62, .max])
    func headerLengthsAreChecked(claimed: UInt64) throws {
        #expect(problem(try file("{}", claimed: claimed)) != nil)
    }

    @Test(arguments: 0..<8)
    func shorterThanALength(count: Int) throws {
        try folder.write([UInt8](repeating: 0, count: count), to: "x.safetensors")
        #expect(try #require(problem(folder.path + "/x.safetensors")).contains("too few"))
    }

    @Test func absentFiles() throws {
        #expect(try #require(problem(folder.path + "/none.safetensors")).contains("none.safetensors"))
    }

    /// No prefix of a file passes for the whole.
    @Test func everyTruncationIsSeen() throws {
        var writer = SafetensorsWriter()
        writer.append("w", shape: [2, 3], Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6]))
        writer.append("n", shape: [2], integers: [7, -8])
        try writer.write(to: folder.path + "/whole.safetensors")
        let whole = try folder.contents("whole.safetensors")
        let read = try SafetensorsFile(folder.path + "/whole.safetensors")
        #expect(try read.floats("w") == [1, 2, 3, 4, 5, 6])
        #expect(read.integers("n") == [7, -8])
        for count in 0..<whole.count {
            try folder.write(Array(whole.prefix(count)), to: "x.safetensors")
            #expect(problem(folder.path + "/x.safetensors") != nil, "\(count) of \(whole.count) bytes")
        }
    }

    /// Any bytes are read or refused; none trap.
    @Test func damagedHeadersNeverTrap() throws {
        var writer = SafetensorsWriter()
        writer.append("w", shape: [2, 3], Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6]))
        try writer.write(to: folder.path + "/whole.safetensors")
        let whole = try folder.contents("whole.safetensors")
        var random = RandomStream(seed: 17, stream: 0)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try folder.write(bytes, to: "x.safetensors")
            if let read = try? SafetensorsFile(folder.path + "/x.safetensors") {
                for name in read.tensors.keys.sorted() { _ = try? read.floats(name) }
            }
        }
    }

    @Test func equalTensorsGiveEqualBytes() throws {
        func bytes() throws -> [UInt8] {
            var writer = SafetensorsWriter()
            for name in ["b", "a", "c"] { writer.append(name, shape: [2], Matrix(rows: 1, columns: 2, [1, 2])) }
            try writer.write(to: folder.path + "/y.safetensors")
            return try folder.contents("y.safetensors")
        }
        #expect(try bytes() == bytes())
    }
}
