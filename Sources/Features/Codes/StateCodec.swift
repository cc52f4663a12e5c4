import Kernels
import Shards

/// Turns vectors [n, width] into the bytes of a column's element, and back.
struct StateCodec: Sendable {
    let element: ElementType
    let width: Int
    private let rotation: Rotation?

    init(_ element: ElementType, width: Int) {
        (self.element, self.width) = (element, width)
        rotation = element.isCode ? Rotation(width: width) : nil
    }

    /// - Parameter offsets: what is taken off each vector.
    func encode(_ states: Matrix, _ offsets: Offsets?) -> [UInt8] {
        let residual = states.copy()
        if let offsets { for row in 0..<residual.rows { addScaled(-1, offsets.vector(row), to: residual.row(row)) } }
        return unsafe [UInt8](unsafeUninitializedCapacity: states.rows * element.bytes(width: width)) { buffer, filled in
            filled = states.rows * element.bytes(width: width)
            let bytes = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<filled]))
            switch element {
            case .float16: unsafe narrow(residual, .float16, into: bytes)
            case .bfloat16: unsafe narrow(residual, .bfloat16, into: bytes)
            case .int8Rotated: unsafe encode8(residual, bytes)
            case .int4Rotated: unsafe encode4(residual, bytes)
            default: unsafe residual.withBytes { unsafe bytes.copyMemory(from: $0) }
            }
        }
    }

    /// - Parameter bytes: of as many vectors as the rows; codes first, then scales.
    func decode(_ bytes: UnsafeRawBufferPointer, into states: Matrix, _ offsets: Offsets?) {
        precondition(bytes.count == states.rows * element.bytes(width: width) && states.columns == width, "as many numbers as the rows hold")
        switch element {
        case .float16: unsafe widen(bytes, .float16, into: states)
        case .bfloat16: unsafe widen(bytes, .bfloat16, into: states)
        case .int8Rotated: return unsafe decode8(bytes, states, offsets)
        case .int4Rotated: return unsafe decode4(bytes, states, offsets)
        default: unsafe states.withMutableBytes { unsafe $0.copyMemory(from: bytes) }
        }
        if let offsets { for row in 0..<states.rows { addScaled(1, offsets.vector(row), to: states.row(row)) } }
    }

    private func encode8(_ states: Matrix, _ bytes: UnsafeMutableRawBufferPointer) {
        for row in 0..<states.rows {
            let vector = states.row(row)
            rotation?.apply(vector)
            let scale = narrowFloat16(largest(vector) / 127)
            let value = widenFloat16(scale)
            unsafe bytes.storeBytes(of: scale.littleEndian, toByteOffset: states.rows * width + 2 * row, as: UInt16.self)
            unsafe narrow(
                vector, inverse: value > 0 ? 1 / value : 0,
                int8: UnsafeMutableRawBufferPointer(rebasing: bytes[row * width..<(row + 1) * width]))
        }
    }

    private func decode8(_ bytes: UnsafeRawBufferPointer, _ states: Matrix, _ offsets: Offsets?) {
        for row in 0..<states.rows {
            let vector = states.row(row)
            let scale = UInt16(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: states.rows * width + 2 * row, as: UInt16.self))
            unsafe widen(
                int8: UnsafeRawBufferPointer(rebasing: bytes[row * width..<(row + 1) * width]), scale: widenFloat16(scale), into: vector)
            rotation?.undo(vector, adding: offsets?.vector(row))
        }
    }

    private func encode4(_ states: Matrix, _ bytes: UnsafeMutableRawBufferPointer) {
        let (length, scales) = (element.codeBytes(width: width), 2 * element.scales(width: width))
        for row in 0..<states.rows {
            let vector = states.row(row)
            rotation?.apply(vector)
            let start = states.rows * length + row * scales
            unsafe narrow(
                vector, int4: UnsafeMutableRawBufferPointer(rebasing: bytes[row * length..<(row + 1) * length]),
                scales: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + scales]))
        }
    }

    private func decode4(_ bytes: UnsafeRawBufferPointer, _ states: Matrix, _ offsets: Offsets?) {
        let (length, scales) = (element.codeBytes(width: width), element.scales(width: width))
        for row in 0..<states.rows {
            let vector = states.row(row)
            for group in 0..<scales {
                let columns = group * 32..<min((group + 1) * 32, width)
                let offset = states.rows * length + 2 * (row * scales + group)
                let scale = UInt16(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                let start = row * length + columns.lowerBound / 2
                unsafe widen(
                    int4: UnsafeRawBufferPointer(rebasing: bytes[start..<start + (columns.count + 1) / 2]), scale: widenFloat16(scale),
                    into: vector[columns: columns])
            }
            rotation?.undo(vector, adding: offsets?.vector(row))
        }
    }
}
