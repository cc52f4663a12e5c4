/// The numbers of format v1; `schemas/shard-format.md` says what they mean.
enum ShardFormat {
    static let name = "limbeck-shards"
    static let version = 1
    /// `LIMBECK` and a zero byte.
    static let magic: UInt64 = 0x004B_4345_424D_494C

    /// Magic numbers of the skippable frames.
    static let headerFrame: UInt32 = 0x184D_2A5B
    static let gapFrame: UInt32 = 0x184D_2A5C
    static let indexFrame: UInt32 = 0x184D_2A5D
    static let footerFrame: UInt32 = 0x184D_2A5E

    /// Bytes before the contents of a skippable frame: its magic number and its length.
    static let skippablePrefix = 8
    /// Bytes of the header's contents before its JSON: magic, version, length of the JSON.
    static let headerPrefix = 16
    static let longestHeader = 1 << 20
    static let footerLength = 72
    static let recordLength = 32

    static let manifest = "manifest.json"
    static let journal = "journal.jsonl"

    /// `shard-00000.lz4`.
    static func shardName(_ ordinal: Int) -> String {
        let digits = String(ordinal)
        return "shard-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".lz4"
    }

    static func isShardName(_ name: String) -> Bool {
        name.hasPrefix("shard-") && name.hasSuffix(".lz4")
            && name.utf8.count >= 15 && name.utf8.dropFirst(6).dropLast(4).allSatisfy { (0x30...0x39).contains($0) }
    }
}
