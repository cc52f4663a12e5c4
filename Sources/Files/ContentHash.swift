import CXXHash

/// XXH3 in 128 bits over bytes that come piece by piece; equal bytes have equal hashes on every machine.
@safe public final class ContentHash {
    /// Safety: made in `init`, freed in `deinit`, and of no use to others.
    private let state: OpaquePointer

    public init() {
        guard let state = unsafe XXH3_createState() else { fatalError("no memory") }
        unsafe self.state = state
        unsafe XXH3_128bits_reset(state)
    }

    deinit { unsafe XXH3_freeState(state) }

    public func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    public func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// The text in UTF-8, and a zero byte that parts it from what follows.
    public func update(_ text: String) { update(Array(text.utf8) + [0]) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }

    /// 32 hexadecimal digits, the high half first.
    public func hex128() -> String {
        let digest = unsafe XXH3_128bits_digest(state)
        return hex(digest.high64) + hex(digest.low64)
    }
}

extension ContentHash {
    public static func hex128(_ bytes: [UInt8]) -> String {
        let hash = ContentHash()
        hash.update(bytes)
        return hash.hex128()
    }

    public static func hex128(_ bytes: RawSpan) -> String {
        let hash = ContentHash()
        hash.update(bytes)
        return hash.hex128()
    }

    /// The hash of a file's contents.
    public static func file(_ path: String) throws(FilesError) -> String {
        let file = try MappedFile(path)
        return hex128(file.bytes)
    }

    public static func xxh3_64(_ bytes: RawSpan) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits($0.baseAddress, $0.count) }
    }

    public static func xxh3_64(_ bytes: [UInt8]) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits($0.baseAddress, $0.count) }
    }

    public static func xxh3_64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        unsafe XXH3_64bits(bytes.baseAddress, bytes.count)
    }
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
