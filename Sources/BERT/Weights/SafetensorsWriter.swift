import Files
import FoundationEssentials
public import Kernels

/// Collects tensors and writes them as one safetensors file, the same bytes for the same tensors.
public struct SafetensorsWriter: Sendable {
    private enum Content: Sendable {
        case floats(Matrix)
        case integers([Int32])
        case doubles([Double])

        func withBytes<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
            switch self {
            case .floats(let matrix): try unsafe matrix.withBytes(body)
            case .integers(let numbers):
                let span = numbers.span
                try unsafe span.withUnsafeBytes { bytes throws(E) in try unsafe body(bytes) }
            case .doubles(let numbers):
                let span = numbers.span
                try unsafe span.withUnsafeBytes { bytes throws(E) in try unsafe body(bytes) }
            }
        }

        var type: (name: String, size: Int) {
            switch self {
            case .floats: ("F32", 4)
            case .integers: ("I32", 4)
            case .doubles: ("F64", 8)
            }
        }
    }

    private var tensors: [(name: String, shape: [Int], content: Content)] = []
    /// What the file says of itself, besides `format`.
    public var metadata: [String: String] = [:]
    /// Whether the file carries a hash of its tensors, which `SafetensorsFile.checkSeal` looks at.
    public var isSealed = false

    public init() {}

    /// Adds an F32 tensor; the matrix is read when the file is written.
    public mutating func append(_ name: String, shape: [Int], _ matrix: Matrix) {
        precondition(shape.reduce(1, *) == matrix.count && matrix.isContiguous, "a shape of the matrix's size")
        tensors.append((name, shape, .floats(matrix)))
    }

    /// Adds an F32 tensor.
    public mutating func append(_ name: String, shape: [Int], floats: [Float]) {
        append(name, shape: shape, Matrix(rows: 1, columns: floats.count, floats))
    }

    /// Adds an I32 tensor.
    public mutating func append(_ name: String, shape: [Int], integers: [Int32]) {
        precondition(shape.reduce(1, *) == integers.count, "a shape of the numbers' count")
        tensors.append((name, shape, .integers(integers)))
    }

    /// Adds an F64 tensor.
    public mutating func append(_ name: String, shape: [Int], doubles: [Double]) {
        precondition(shape.reduce(1, *) == doubles.count, "a shape of the numbers' count")
        tensors.append((name, shape, .doubles(doubles)))
    }

    /// Writes the file in place of what stood there, whole or not at all, tensor by tensor.
    public func write(to path: String) throws(BERTError) {
        var metadata = metadata
        if isSealed { metadata[Self.seal] = contentHash }
        let head = header(metadata)
        try AtomicFile.write(to: path, wrap: BERTError.files) { file throws(BERTError) in
            do throws(FilesError) {
                try file.append(head)
                for (_, _, content) in tensors {
                    unsafe try content.withBytes { bytes throws(FilesError) in try unsafe file.append(bytes) }
                }
            } catch { throw .files(error) }
        }
    }

    /// The key of the metadata under which a sealed file has the XXH3-128 of its tensors' bytes.
    static let seal = "xxh3-128"

    /// XXH3-128 of the tensors' bytes.
    public var contentHash: String {
        let hash = ContentHash()
        for (_, _, content) in tensors { unsafe content.withBytes { unsafe hash.update($0) } }
        return hash.hex128()
    }

    private func header(_ metadata: [String: String]) -> [UInt8] {
        var header: [String: Header] = ["__metadata__": .metadata(metadata.merging(["format": "pt"]) { $1 })]
        var at = 0
        for (name, shape, content) in tensors {
            let count = shape.reduce(1, *) * content.type.size
            header[name] = .tensor(type: content.type.name, shape: shape, start: at, end: at + count)
            at += count
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(header) else { preconditionFailure("a header always encodes") }
        let padding = (8 - json.count % 8) % 8
        let length = UInt64(json.count + padding)
        let prefix = stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) }
        return prefix + json + [UInt8](repeating: 0x20, count: padding)
    }

    private enum Header: Encodable {
        case metadata([String: String])
        case tensor(type: String, shape: [Int], start: Int, end: Int)

        func encode(to encoder: any Swift.Encoder) throws {
            switch self {
            case .metadata(let values): try values.encode(to: encoder)
            case .tensor(let type, let shape, let start, let end):
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(type, forKey: .dtype)
                try container.encode(shape, forKey: .shape)
                try container.encode([start, end], forKey: .data_offsets)
            }
        }

        private enum Key: String, CodingKey { case dtype, shape, data_offsets }
    }
}
