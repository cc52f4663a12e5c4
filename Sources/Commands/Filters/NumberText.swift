import Pipelines

/// Writes ids as text fast: the digits of each number below a bound, and a space, stand ready.
struct NumberText: Sendable {
    /// Up to six digits and a space in the low bytes, and their number in the high one.
    private let digits: [UInt64]

    /// - Parameter bound: numbers from 0 up to it are ready; others take longer.
    init(bound: Int) {
        digits = (0..<min(bound, 1_000_000)).map { number in
            let text = Array(String(number).utf8) + [UInt8(ascii: " ")]
            return text.enumerated().reduce(UInt64(text.count) << 56) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
        }
    }

    /// Appends numbers, each with a space behind it.
    func append(_ numbers: Span<Int32>, to text: inout [UInt8]) {
        // The longest is "-2147483648 ", and eight bytes are written at a time.
        text.append(addingCapacity: 12 * numbers.count + 8) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                for index in numbers.indices {
                    let number = Int(numbers[index])
                    guard number >= 0, number < digits.count else {
                        for byte in "\(number) ".utf8 {
                            unsafe buffer[count] = byte
                            count += 1
                        }
                        continue
                    }
                    let entry = digits[number]
                    // Safety: there is room for twelve bytes of each number still to come, and eight more.
                    unsafe UnsafeMutableRawPointer(buffer.baseAddress! + count).storeBytes(of: entry.littleEndian, as: UInt64.self)
                    count += Int(entry >> 56)
                }
            }
        }
    }

    func append(_ number: Int32, to text: inout [UInt8]) { append([number].span, to: &text) }

    /// A line of numbers that was appended ends: the last space becomes an LF.
    static func endLine(from start: Int, _ text: inout [UInt8]) {
        if text.count > start { text[text.count - 1] = UInt8(ascii: "\n") } else { text.append(UInt8(ascii: "\n")) }
    }
}
