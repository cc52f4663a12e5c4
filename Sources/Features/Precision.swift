import Kernels
public import Shards

/// How hidden states are stored.
public enum Precision: String, Sendable, CaseIterable {
    case float32, float16, bfloat16

    /// What a shard calls its numbers.
    public var element: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }

    /// Contiguous rows as stored bytes, each number rounded to the nearest, ties to even.
    func encode(_ states: Matrix) -> [UInt8] {
        let count = states.count
        let size = element.size
        return unsafe states.withBytes { source in
            unsafe [UInt8](unsafeUninitializedCapacity: count * size) { target, filled in
                filled = count * size
                if size == 4 {
                    unsafe target.baseAddress?.update(from: source.bindMemory(to: UInt8.self).baseAddress!, count: filled)
                    return
                }
                unsafe target.withMemoryRebound(to: UInt16.self) { target in
                    let source = unsafe source.bindMemory(to: Float.self)
                    if self == .float16 {
                        for index in 0..<count { unsafe target[index] = narrowFloat16(source[index]).littleEndian }
                    } else {
                        for index in 0..<count { unsafe target[index] = narrowBFloat16(source[index]).littleEndian }
                    }
                }
            }
        }
    }

    /// Stored bytes into contiguous rows of their size.
    func decode(_ bytes: UnsafeRawBufferPointer, into states: Matrix) {
        precondition(bytes.count == states.count * element.size, "as many numbers as the rows hold")
        unsafe states.withMutableBytes { target in
            let target = unsafe target.bindMemory(to: UInt32.self)
            switch self {
            case .float32:
                unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
            case .float16:
                let source = unsafe bytes.bindMemory(to: UInt16.self)
                for index in 0..<states.count { unsafe target[index] = widenFloat16(UInt16(littleEndian: source[index])).bitPattern }
            case .bfloat16:
                let source = unsafe bytes.bindMemory(to: UInt16.self)
                for index in 0..<states.count { unsafe target[index] = UInt32(UInt16(littleEndian: source[index])) << 16 }
            }
        }
    }
}
