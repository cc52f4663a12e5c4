/// XXH32 with seed 0: the content checksum of an LZ4 frame (xxHash specification, section "XXH32").
///
/// Ours, because liblz4 gives a frame of stored blocks only from 1.9.4 on.
enum XXH32 {
    private static let prime1: UInt32 = 0x9E37_79B1
    private static let prime2: UInt32 = 0x85EB_CA77
    private static let prime3: UInt32 = 0xC2B2_AE3D
    private static let prime4: UInt32 = 0x27D4_EB2F
    private static let prime5: UInt32 = 0x1656_67B1

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var position = 0
        var sum = prime5
        if bytes.count >= 16 {
            var (a, b, c, d) = (prime1 &+ prime2, prime2, UInt32(0), 0 &- prime1)
            while position + 16 <= bytes.count {
                a = round(a, unsafe word(bytes, position))
                b = round(b, unsafe word(bytes, position + 4))
                c = round(c, unsafe word(bytes, position + 8))
                d = round(d, unsafe word(bytes, position + 12))
                position += 16
            }
            sum = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
        }
        sum &+= UInt32(truncatingIfNeeded: bytes.count)
        while position + 4 <= bytes.count {
            sum = unsafe rotate(sum &+ word(bytes, position) &* prime3, 17) &* prime4
            position += 4
        }
        while position < bytes.count {
            sum = rotate(sum &+ UInt32(unsafe bytes[position]) &* prime5, 11) &* prime1
            position += 1
        }
        sum = (sum ^ (sum >> 15)) &* prime2
        sum = (sum ^ (sum >> 13)) &* prime3
        return sum ^ (sum >> 16)
    }

    @inline(__always)
    private static func round(_ sum: UInt32, _ word: UInt32) -> UInt32 { rotate(sum &+ word &* prime2, 13) &* prime1 }

    @inline(__always)
    private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value &<< count | value &>> (32 &- count) }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32 {
        UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
}
