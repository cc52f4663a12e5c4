import Foundation

/// A safetensors file, read as its specification says.
struct Tensors {
    private let bytes: Data
    private let header: [String: [String: Any]]
    private let start: Int

    init(_ bytes: Data) throws {
        self.bytes = bytes
        let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        start = 8 + length
        let all = try JSONSerialization.jsonObject(with: bytes[8..<start]) as? [String: Any]
        header = (all ?? [:]).compactMapValues { $0 as? [String: Any] }
    }

    func shape(_ name: String) -> [Int] { header[name]?["shape"] as? [Int] ?? [] }

    func range(_ name: String) -> Range<Int> {
        let offsets = header[name]?["data_offsets"] as? [Int] ?? [0, 0]
        return start + offsets[0]..<start + offsets[1]
    }

    private func words(_ name: String) -> [UInt32] {
        let data = Array(bytes[range(name)])
        return stride(from: 0, to: data.count, by: 4).map { place in
            (0..<4).reduce(0) { $0 | UInt32(data[place + $1]) << (8 * UInt32($1)) }
        }
    }

    func integers(_ name: String) -> [Int] { words(name).map { Int(Int32(bitPattern: $0)) } }
    func floats(_ name: String) -> [Float] { words(name).map { Float(bitPattern: $0) } }
}
