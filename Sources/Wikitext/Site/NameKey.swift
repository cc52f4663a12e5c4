/// A name as MediaWiki compares them, and a little more leniently: without case, underscores as spaces.
struct NameKey: Hashable, Sendable {
    private let bytes: [UInt8]

    init(_ name: some Sequence<UInt8>) {
        bytes = folded(Array(name))
    }

    init(_ source: Span<UInt8>, _ range: Range<Int>) {
        var copy: [UInt8] = []
        copy.append(source.extracting(range))
        bytes = folded(copy)
    }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count }
    func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }
    func hasSuffix(_ suffix: String) -> Bool { bytes.reversed().starts(with: suffix.utf8.reversed()) }
    func dropping(_ count: Int) -> NameKey { NameKey(bytes.dropFirst(count)) }
    var firstColon: Int? { bytes.firstIndex(of: UInt8(ascii: ":")) }
    var first: UInt8? { bytes.first }
    func prefix(_ count: Int) -> NameKey { NameKey(bytes.prefix(count)) }
}

/// Small letters in place of capital ones of Latin, Greek, Cyrillic and Armenian, as far as they take as many bytes.
private func folded(_ name: [UInt8]) -> [UInt8] {
    var name = name
    var index = 0
    while index < name.count {
        let byte = name[index]
        if byte < 0x80 {
            name[index] = byte == UInt8(ascii: "_") ? 0x20 : lowercased(byte)
            index += 1
        } else if byte < 0xE0, index + 1 < name.count {
            let scalar = UInt32(byte & 0x1F) << 6 | UInt32(name[index + 1] & 0x3F)
            let small = lowercased(scalar)
            name[index] = UInt8(0xC0 | small >> 6)
            name[index + 1] = UInt8(0x80 | small & 0x3F)
            index += 2
        } else {
            index += byte < 0xF0 ? 3 : 4
        }
    }
    while name.last == 0x20 { name.removeLast() }
    return name.first == 0x20 ? Array(name.drop { $0 == 0x20 }) : name
}

/// Of characters of two bytes.
private func lowercased(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0xC0...0xDE where scalar != 0xD7: scalar + 0x20
    case 0x100...0x137, 0x14A...0x177: scalar | 1
    case 0x139...0x148, 0x179...0x17E: scalar & 1 == 1 ? scalar + 1 : scalar
    case 0x391...0x3A9 where scalar != 0x3A2: scalar + 0x20
    case 0x400...0x40F: scalar + 0x50
    case 0x410...0x42F: scalar + 0x20
    case 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F: scalar | 1
    case 0x531...0x556: scalar + 0x30
    default: scalar
    }
}
