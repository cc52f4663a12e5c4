import CVectorMath

// Between floats and the shorter numbers of a cache. Stored numbers are little-endian, as every processor here is.

/// Kinds of stored numbers of two bytes.
public enum HalfFormat: Sendable { case float16, bfloat16 }

/// Contiguous rows from stored numbers; exact.
public func widen(_ bits: UnsafeRawBufferPointer, _ format: HalfFormat, into x: Matrix) {
    precondition(bits.count == 2 * x.count && x.isContiguous, "as many numbers as the rows hold")
    guard x.count > 0, let base = bits.baseAddress else { return }
    let source = unsafe base.assumingMemoryBound(to: UInt16.self)
    switch format {
    case .float16: unsafe VectorTable.current.widen_float16(source, x.base, x.count)
    case .bfloat16: unsafe VectorTable.current.widen_bfloat16(source, x.base, x.count)
    }
}

/// The nearest stored numbers of contiguous rows, ties to even.
public func narrow(_ x: Matrix, _ format: HalfFormat, into bits: UnsafeMutableRawBufferPointer) {
    precondition(bits.count == 2 * x.count && x.isContiguous, "as many numbers as the rows hold")
    guard x.count > 0, let base = bits.baseAddress else { return }
    let target = unsafe base.assumingMemoryBound(to: UInt16.self)
    switch format {
    case .float16: unsafe VectorTable.current.narrow_float16(x.base, target, x.count)
    case .bfloat16: unsafe VectorTable.current.narrow_bfloat16(x.base, target, x.count)
    }
}

/// x = codes times a scale, of a contiguous row.
public func widen(int8 codes: UnsafeRawBufferPointer, scale: Float, into x: Matrix) {
    precondition(codes.count == x.count && x.isContiguous, "a code for each element")
    guard let base = codes.baseAddress else { return }
    unsafe VectorTable.current.widen_int8(base.assumingMemoryBound(to: Int8.self), scale, x.base, x.count)
}

/// x / scale, rounded to even and cut to -127...127.
public func narrow(_ x: Matrix, inverse: Float, int8 codes: UnsafeMutableRawBufferPointer) {
    precondition(codes.count == x.count && x.isContiguous, "a code for each element")
    guard let base = codes.baseAddress else { return }
    unsafe VectorTable.current.narrow_int8(x.base, inverse, base.assumingMemoryBound(to: Int8.self), x.count)
}

/// x = codes of four bits, the low half of a byte first, times a scale.
public func widen(int4 codes: UnsafeRawBufferPointer, scale: Float, into x: Matrix) {
    precondition(codes.count == (x.count + 1) / 2 && x.isContiguous, "a code for each element")
    guard let base = codes.baseAddress else { return }
    unsafe VectorTable.current.widen_int4(base.assumingMemoryBound(to: UInt8.self), scale, x.base, x.count)
}

/// Codes of four bits and, for each 32 elements, their scale.
public func narrow(_ x: Matrix, int4 codes: UnsafeMutableRawBufferPointer, scales: UnsafeMutableRawBufferPointer) {
    precondition(codes.count == (x.count + 1) / 2 && scales.count == 2 * ((x.count + 31) / 32) && x.isContiguous, "a code for each element")
    guard let base = codes.baseAddress, let scaleBase = scales.baseAddress else { return }
    var values = [UInt16](repeating: 0, count: scales.count / 2)
    unsafe VectorTable.current.narrow_int4(x.base, base.assumingMemoryBound(to: UInt8.self), &values, x.count)
    for (index, value) in values.enumerated() { unsafe scaleBase.storeBytes(of: value.littleEndian, toByteOffset: 2 * index, as: UInt16.self) }
}

/// The largest magnitude of a contiguous row.
public func largest(_ x: Matrix) -> Float {
    precondition(x.isContiguous, "rows with gaps between them")
    return unsafe VectorTable.current.largest(x.base, x.count)
}

/// x = x * factors + addends, element by element of contiguous rows.
public func multiplyAdd(_ x: Matrix, _ factors: Matrix, _ addends: Matrix) {
    precondition(x.count == factors.count && x.count == addends.count, "matrices of different sizes")
    precondition(x.isContiguous && factors.isContiguous && addends.isContiguous, "rows with gaps between them")
    unsafe VectorTable.current.multiply_add(x.base, factors.base, addends.base, x.count)
}

/// The Hadamard transform (Sylvester's order, unscaled) of each block of a contiguous row, in place.
///
/// - Parameter block: a power of two that divides the row's length.
public func hadamard(_ x: Matrix, block: Int) {
    precondition(block > 0 && block & (block - 1) == 0 && x.count % block == 0 && x.isContiguous, "whole blocks of a power of two")
    unsafe VectorTable.current.hadamard(x.base, x.count, block)
}
