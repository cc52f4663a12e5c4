#if canImport(Glibc)
    import Glibc
#endif

/// A block of floats on a 64-byte boundary, freed with its last view.
///
/// Views may be written from several threads at once; the writer sees to it that they do not overlap.
@safe public final class FloatStorage: @unchecked Sendable {
    public let count: Int
    /// Safety: allocated in `init` with room for `count`, freed only in `deinit`; views check their bounds against `count`.
    @usableFromInline let base: UnsafeMutablePointer<Float>

    private static let largePage = 2 << 20

    /// - Parameter isZero: whether it is zero at first; else it has to be written before it is read.
    public init(count: Int, isZero: Bool = true) {
        precondition(count >= 0, "a storage has no negative size")
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = bytes >= Self.largePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.largePage : 64)
        #if os(Linux)
            // Optimisers and products walk through several arenas at once: pages of 4 KiB are too many to look up.
            if isLarge { unsafe madvise(raw, bytes / Self.largePage * Self.largePage, MADV_HUGEPAGE) }
        #endif
        unsafe base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        if isZero { unsafe base.initialize(repeating: 0, count: max(count, 1)) }
    }

    deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

    public var span: Span<Float> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes, for files and hashes.
    public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count * 4))
    }

    public func withMutableBytes<R, E: Error>(_ body: (UnsafeMutableRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeMutableRawBufferPointer(start: base, count: count * 4))
    }
}
