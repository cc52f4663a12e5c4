// Turns 128 numbers into 16 bytes of each plane, and back. A lane of a vector holds half of them: 64 numbers as an 8 x 8
// matrix of bytes for each byte of a number. The matrix is transposed, and so are the bits across its words.

private typealias Lanes = SIMD2<UInt64>
private typealias Matrix = [8 of Lanes]

extension BitPlanes {
    @unsafe static func filter16(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ plane: Int) {
        var (low, high) = (Matrix(repeating: .zero), Matrix(repeating: .zero))
        for row in 0..<8 {
            let a = unsafe load(source + 16 * row, 128)
            let b = unsafe load(source + 16 * row + 8, 128)
            (low[row], high[row]) = exchange(a, b, 8, bytes)
        }
        unsafe store(spread(bytesTransposed(low)), target, plane)
        unsafe store(spread(bytesTransposed(high)), target + 8 * plane, plane)
    }

    @unsafe static func unfilter16(_ source: UnsafeRawPointer, _ plane: Int, _ target: UnsafeMutableRawPointer) {
        let low = bytesTransposed(gathered(unsafe words(source, plane)))
        let high = bytesTransposed(gathered(unsafe words(source + 8 * plane, plane)))
        for row in 0..<8 {
            let (a, b) = exchange(low[row], high[row], 8, bytes)
            unsafe store(a, target + 16 * row, 128)
            unsafe store(b, target + 16 * row + 8, 128)
        }
    }

    @unsafe static func filter32(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ plane: Int) {
        var (m0, m1) = (Matrix(repeating: .zero), Matrix(repeating: .zero))
        var (m2, m3) = (Matrix(repeating: .zero), Matrix(repeating: .zero))
        for row in 0..<8 {
            let from = unsafe source + 32 * row
            let (even0, odd0) = unsafe exchange(load(from, 256), load(from + 8, 256), 8, bytes)
            let (even1, odd1) = unsafe exchange(load(from + 16, 256), load(from + 24, 256), 8, bytes)
            (m0[row], m2[row]) = exchange(even0, even1, 16, pairs)
            (m1[row], m3[row]) = exchange(odd0, odd1, 16, pairs)
        }
        unsafe store(gathered(bytesTransposed(m0)), target, plane)
        unsafe store(gathered(bytesTransposed(m1)), target + 8 * plane, plane)
        unsafe store(gathered(bytesTransposed(m2)), target + 16 * plane, plane)
        unsafe store(gathered(bytesTransposed(m3)), target + 24 * plane, plane)
    }

    @unsafe static func unfilter32(_ source: UnsafeRawPointer, _ plane: Int, _ target: UnsafeMutableRawPointer) {
        let m0 = bytesTransposed(spread(unsafe words(source, plane)))
        let m1 = bytesTransposed(spread(unsafe words(source + 8 * plane, plane)))
        let m2 = bytesTransposed(spread(unsafe words(source + 16 * plane, plane)))
        let m3 = bytesTransposed(spread(unsafe words(source + 24 * plane, plane)))
        for row in 0..<8 {
            let to = unsafe target + 32 * row
            let (even0, even1) = exchange(m0[row], m2[row], 16, pairs)
            let (odd0, odd1) = exchange(m1[row], m3[row], 16, pairs)
            let (a, b) = exchange(even0, odd0, 8, bytes)
            let (c, d) = exchange(even1, odd1, 8, bytes)
            unsafe store(a, to, 256)
            unsafe store(b, to + 8, 256)
            unsafe store(c, to + 16, 256)
            unsafe store(d, to + 24, 256)
        }
    }
}

private let bytes: UInt64 = 0x00FF_00FF_00FF_00FF
private let pairs: UInt64 = 0x0000_FFFF_0000_FFFF

/// Swaps the high units of one word with the low units of the other; its own inverse.
@inline(__always)
private func exchange(_ a: Lanes, _ b: Lanes, _ shift: UInt64, _ low: UInt64) -> (Lanes, Lanes) {
    let shift = Lanes(repeating: shift)
    let low = Lanes(repeating: low)
    return ((a & low) | ((b & low) &<< shift), ((a &>> shift) & low) | (b & ~low))
}

// `exchange` leaves the bytes of eight numbers of 2 bytes in the order 0 4 1 5 2 6 3 7, and of 4 bytes in 0 2 4 6 1 3 5 7:
// each order undoes the other.

@inline(__always)
private func spread(_ m: Matrix) -> Matrix { [m[0], m[2], m[4], m[6], m[1], m[3], m[5], m[7]] }

@inline(__always)
private func gathered(_ m: Matrix) -> Matrix { [m[0], m[4], m[1], m[5], m[2], m[6], m[3], m[7]] }

/// Transposes 8 x 8 units across eight words; its own inverse. Units are bytes (8) or the bits of each byte (1).
@inline(__always)
private func transposed(_ m: Matrix, _ unit: UInt64, _ near: UInt64, _ middle: UInt64, _ far: UInt64) -> Matrix {
    let (a0, a1) = exchange(m[0], m[1], unit, near)
    let (a2, a3) = exchange(m[2], m[3], unit, near)
    let (a4, a5) = exchange(m[4], m[5], unit, near)
    let (a6, a7) = exchange(m[6], m[7], unit, near)
    let (b0, b2) = exchange(a0, a2, 2 * unit, middle)
    let (b1, b3) = exchange(a1, a3, 2 * unit, middle)
    let (b4, b6) = exchange(a4, a6, 2 * unit, middle)
    let (b5, b7) = exchange(a5, a7, 2 * unit, middle)
    let (c0, c4) = exchange(b0, b4, 4 * unit, far)
    let (c1, c5) = exchange(b1, b5, 4 * unit, far)
    let (c2, c6) = exchange(b2, b6, 4 * unit, far)
    let (c3, c7) = exchange(b3, b7, 4 * unit, far)
    return [c0, c1, c2, c3, c4, c5, c6, c7]
}

@inline(__always)
private func bytesTransposed(_ m: Matrix) -> Matrix { transposed(m, 8, bytes, pairs, 0x0000_0000_FFFF_FFFF) }

@inline(__always)
private func bitsTransposed(_ m: Matrix) -> Matrix {
    transposed(m, 1, 0x5555_5555_5555_5555, 0x3333_3333_3333_3333, 0x0F0F_0F0F_0F0F_0F0F)
}

/// Writes eight planes of words that hold number *i* of each eight in word *i*.
@inline(__always)
private func store(_ words: Matrix, _ target: UnsafeMutableRawPointer, _ plane: Int) {
    let planes = bitsTransposed(words)
    for bit in 0..<8 { unsafe store(planes[bit], target + bit * plane, 8) }
}

@inline(__always)
private func words(_ source: UnsafeRawPointer, _ plane: Int) -> Matrix {
    var planes = Matrix(repeating: .zero)
    for bit in 0..<8 { planes[bit] = unsafe load(source + bit * plane, 8) }
    return bitsTransposed(planes)
}

@inline(__always)
private func load(_ source: UnsafeRawPointer, _ distance: Int) -> Lanes {
    Lanes(
        UInt64(littleEndian: unsafe source.loadUnaligned(as: UInt64.self)),
        UInt64(littleEndian: unsafe (source + distance).loadUnaligned(as: UInt64.self)))
}

@inline(__always)
private func store(_ lanes: Lanes, _ target: UnsafeMutableRawPointer, _ distance: Int) {
    unsafe target.storeBytes(of: lanes[0].littleEndian, as: UInt64.self)
    unsafe (target + distance).storeBytes(of: lanes[1].littleEndian, as: UInt64.self)
}
