/// A block of floats on a 64-byte boundary, freed with its last view.
///
/// Views may be written from several threads at once; the writer sees to it that they do not overlap.
@safe public final class FloatStorage: @unchecked Sendable {
    public let count: Int
    /// Safety: allocated in `init` with room for `count`, freed only in `deinit`; views check their bounds against `count`.
    @usableFromInline let base: UnsafeMutablePointer<Float>

    /// - Parameter isZero: whether it is zero at first; else it has to be written before it is read.
    public init(count: Int, isZero: Bool = true) {
        precondition(count >= 0, "a storage has no negative size")
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
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
