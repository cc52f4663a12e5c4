import Files

@testable import Shards

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of its own for a test, removed with its last reference.
final class Scratch {
    let path: String

    init(_ name: String) throws {
        path = "/tmp/limbeck-shards-\(getpid())-\(name)"
        try Folder.remove(path)
    }

    deinit { try? Folder.remove(path) }
}

/// A small generator (Marsaglia's xorshift64), so that tests see the same rows each time.
struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Sets of rows to write.
enum Samples {
    static let identity = ShardIdentity(
        kind: "features", fingerprints: ["teacher": "abc", "corpus": "def"], labelNames: ["no", "yes"],
        attributes: ["precision": "bfloat16"])

    static let schema = ShardSchema(
        small: [
            SmallColumn(name: "ids", element: .int32, layout: .token),
            SmallColumn(name: "types", element: .uint8, layout: .token),
            SmallColumn(name: "logits", element: .float32, layout: .row(width: 2)),
            SmallColumn(name: "codes", element: .float16, layout: .row(width: 1)),
        ],
        large: [
            LargeColumn(name: "layer.1", element: .bfloat16, width: 24, filter: .bitPlanes),
            LargeColumn(name: "layer.2", element: .float16, width: 5, filter: .bitPlanes),
            LargeColumn(name: "exact", element: .float32, width: 3, filter: .none),
            LargeColumn(name: "planes", element: .float32, width: 9, filter: .bitPlanes),
            LargeColumn(name: "bytes", element: .uint8, width: 1, filter: .none),
        ])

    /// A row of smooth numbers, as hidden states are, or of noise.
    static func row(_ schema: ShardSchema, length: Int, _ random: inout Xorshift, isNoise: Bool = false) -> ShardRow {
        ShardRow(
            length: length,
            small: schema.small.map { column in
                if column.element.isCode, case .row(let width) = column.layout { return codes(column.element, 1, width, &random) }
                return numbers(column.element, column.bytes(length: length) / column.element.size, &random, isNoise)
            },
            large: schema.large.map { column in
                if column.element.isCode { return codes(column.element, length, column.width, &random) }
                return numbers(column.element, column.bytes(length: length) / column.element.size, &random, isNoise)
            })
    }

    /// Any codes, and scales that are none to refuse.
    private static func codes(_ element: ElementType, _ vectors: Int, _ width: Int, _ random: inout Xorshift) -> [UInt8] {
        var bytes = (0..<vectors * element.codeBytes(width: width)).map { _ in UInt8(random.next(below: 256)) }
        for _ in 0..<vectors * element.scales(width: width) { bytes.append(littleEndian: UInt16(random.next(below: 0x7C00))) }
        return bytes
    }

    static func rows(_ schema: ShardSchema, lengths: [Int], seed: UInt64 = 7) -> [ShardRow] {
        var random = Xorshift(state: seed)
        return lengths.enumerated().map { row(schema, length: $1, &random, isNoise: $0 % 3 == 2) }
    }

    private static func numbers(_ element: ElementType, _ count: Int, _ random: inout Xorshift, _ isNoise: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            let value = Float(random.next(below: 2000)) / 1000 - 1
            let noise = UInt32(truncatingIfNeeded: random.next() >> 20) & 0x3FFF_FFFF
            switch element {
            case .uint8: bytes.append(isNoise ? UInt8(truncatingIfNeeded: noise) : 1)
            case .int32: bytes.append(littleEndian: isNoise ? noise : UInt32(random.next(below: 30)))
            case .float16: bytes.append(littleEndian: isNoise ? UInt16(noise >> 16) : 0x3C00 | UInt16(noise & 0xF))
            case .bfloat16: bytes.append(littleEndian: isNoise ? UInt16(noise >> 16) : UInt16(value.bitPattern >> 16))
            case .float32: bytes.append(littleEndian: isNoise ? noise : value.bitPattern & 0xFFFF_0000)
            case .int8Rotated, .int4Rotated: preconditionFailure("codes are made elsewhere")
            }
        }
        return bytes
    }

    /// Writes rows from the first that is not yet there on, and completes the folder.
    static func write(
        _ rows: [ShardRow], _ folder: String, schema: ShardSchema = schema, identity: ShardIdentity = identity,
        shardBytes: Int = 64 << 20
    ) throws {
        let writer = try ShardSetWriter(folder: folder, schema: schema, identity: identity, shardBytes: shardBytes)
        for row in rows[writer.committedRows...] { try writer.append(row) }
        try writer.seal(attributes: ["statistics": #"{"mean": 0}"#])
    }

    /// The files of a folder, by name.
    static func contents(_ folder: String) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in try Folder.names(folder) { contents[name] = try Folder.contents(folder + "/" + name) }
        return contents
    }

    /// Writes without waiting for the disk (which emptying a file in place would make the system do): for the many damaged files of
    /// a test.
    static func put(_ bytes: [UInt8], _ path: String) throws {
        try Folder.remove(path)
        let file = try OutputFile(creating: path)
        try file.append(bytes)
        try file.close()
    }

    /// Every value that a set gives out.
    static func values(_ set: ShardSet) throws -> [[UInt8]] {
        var values = try set.schema.small.map { try set.small($0.name) }
        for row in 0..<set.rowCount {
            for column in set.schema.large.indices { values.append(try set.large(column: column, row: row)) }
        }
        return values
    }

    /// The same, of rows that were written.
    static func values(_ rows: [ShardRow], _ schema: ShardSchema = schema) -> [[UInt8]] {
        schema.small.indices.map { column in rows.flatMap { $0.small[column] } } + rows.flatMap(\.large)
    }
}
