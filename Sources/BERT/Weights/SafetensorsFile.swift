import Files
import FoundationEssentials
public import Kernels

/// A mapped safetensors file whose header has been checked: lengths, overflow, gaps, types and shapes.
///
/// Format: an u64 header length, a JSON header, then the tensors' bytes with no gaps (huggingface/safetensors).
public struct SafetensorsFile: Sendable {
    /// One tensor's place in the file.
    public struct Tensor: Sendable, Equatable {
        public let type: String
        public let shape: [Int]
        /// Bytes, from the file's start.
        public let range: Range<Int>
        public var count: Int { shape.reduce(1, *) }
    }

    public let path: String
    public let tensors: [String: Tensor]
    /// What the file says of itself, as far as it is text.
    public let metadata: [String: String]
    private let file: MappedFile

    static let sizes = ["F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1]

    public init(_ path: String) throws(BERTError) {
        let file: MappedFile
        do { file = try MappedFile(path) } catch { throw .files(error) }
        func refuse(_ problem: String) -> BERTError { .safetensors(file: path, problem: problem) }
        guard file.count >= 8 else { throw refuse("it has \(file.count) bytes, too few for a safetensors header") }
        let length = file.bytes.load(UInt64.self, at: 0)
        guard length <= 100_000_000, length <= UInt64(file.count - 8) else {
            throw refuse("its header claims \(length) bytes, the file has \(file.count)")
        }
        let start = 8 + Int(length)
        let header: [String: RawTensor]
        do {
            header = try JSONDecoder().decode([String: RawTensor].self, from: Data(file.bytes.array(8..<start)))
        } catch {
            throw refuse("its header is not the JSON of a safetensors file")
        }
        var tensors: [String: Tensor] = [:]
        // In the file's order, so that the first damaged tensor is the one that is named.
        let entries = header.filter { $0.key != "__metadata__" }
            .sorted { ($0.value.data_offsets?.first ?? 0, $0.key) < ($1.value.data_offsets?.first ?? 0, $1.key) }
        for (name, raw) in entries {
            guard let type = raw.dtype, let shape = raw.shape, let offsets = raw.data_offsets, offsets.count == 2,
                let size = Self.sizes[type]
            else { throw refuse("tensor '\(name)' has no dtype, shape or offsets that are known") }
            var bytes = size
            for dimension in shape {
                let product = bytes.multipliedReportingOverflow(by: dimension)
                guard dimension >= 0, !product.overflow else { throw refuse("tensor '\(name)' has a shape \(shape)") }
                bytes = product.partialValue
            }
            guard offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
                throw refuse("tensor '\(name)' of shape \(shape) has offsets \(offsets)")
            }
            guard offsets[1] <= file.count - start else {
                throw refuse("tensor '\(name)' ends \(offsets[1]) bytes after the header, and \(file.count - start) are there: it is truncated")
            }
            tensors[name] = Tensor(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
        }
        var end = start
        for tensor in tensors.values.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }) {
            guard tensor.range.lowerBound == end else { throw refuse("its tensors overlap or leave gaps") }
            end = tensor.range.upperBound
        }
        guard end == file.count else { throw refuse("it has \(file.count - end) bytes after its last tensor") }
        (self.path, self.file, self.tensors, metadata) = (path, file, tensors, header["__metadata__"]?.metadata ?? [:])
    }

    /// Refuses a file whose tensors are not what its seal says, or that has none.
    public func checkSeal() throws(BERTError) {
        let start = tensors.values.map(\.range.lowerBound).min() ?? file.count
        let found = ContentHash.hex128(file.bytes.extracting(start..<file.count))
        guard found == metadata[SafetensorsWriter.seal] else {
            throw .safetensors(file: path, problem: "its tensors are not what its hash says")
        }
    }

    /// The tensor's numbers as floats; nil where there is no such tensor.
    ///
    /// - Throws: `BERTError.unsupportedType` for types other than F32, F16 and BF16.
    public func floats(_ name: String) throws(BERTError) -> [Float]? {
        guard let tensor = tensors[name] else { return nil }
        let matrix = Matrix(rows: 1, columns: tensor.count)
        try read(name, tensor, into: matrix)
        return matrix.elements
    }

    /// Reads a tensor into a matrix of its size; false where there is none of that name and size.
    public func read(_ name: String, into matrix: Matrix) throws(BERTError) -> Bool {
        guard let tensor = tensors[name], tensor.count == matrix.count else { return false }
        try read(name, tensor, into: matrix)
        return true
    }

    /// Whole numbers of an I32 tensor; nil where there is none.
    public func integers(_ name: String) -> [Int32]? {
        guard let tensor = tensors[name], tensor.type == "I32" else { return nil }
        return (0..<tensor.count).map { file.bytes.load(Int32.self, at: tensor.range.lowerBound + 4 * $0) }
    }

    /// Doubles of an F64 tensor; nil where there is none.
    public func doubles(_ name: String) -> [Double]? {
        guard let tensor = tensors[name], tensor.type == "F64" else { return nil }
        return (0..<tensor.count).map {
            Double(bitPattern: file.bytes.load(UInt64.self, at: tensor.range.lowerBound + 8 * $0))
        }
    }

    func read(_ name: String, _ tensor: Tensor, into matrix: Matrix) throws(BERTError) {
        precondition(matrix.count == tensor.count && matrix.isContiguous, "a matrix of the tensor's size")
        guard let format: HalfFormat? = ["F32": nil, "F16": .float16, "BF16": .bfloat16][tensor.type] else {
            throw .unsupportedType(file: path, tensor: name, type: tensor.type)
        }
        unsafe file.bytes.extracting(tensor.range).withUnsafeBytes { bytes in
            guard let format else { return unsafe matrix.withMutableBytes { unsafe $0.copyMemory(from: bytes) } }
            // Behind a tensor of bytes, numbers may stand at odd addresses.
            if tensor.range.lowerBound % 2 == 0 { return unsafe widen(bytes, format, into: matrix) }
            unsafe [UInt8](bytes).withUnsafeBytes { unsafe widen($0, format, into: matrix) }
        }
        guard matrix.isFinite else { throw .notFinite(file: path, tensor: name) }
    }
}

private struct RawTensor: Decodable {
    var dtype: String?
    var shape: [Int]?
    var data_offsets: [Int]?
    var metadata: [String: String]?

    private enum Key: String, CodingKey { case dtype, shape, data_offsets }

    init(from decoder: any Decoder) throws {
        // What the metadata hold is the writer's own business.
        if decoder.codingPath.first?.stringValue == "__metadata__" {
            metadata = try? decoder.singleValueContainer().decode([String: String].self)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        dtype = try container.decodeIfPresent(String.self, forKey: .dtype)
        shape = try container.decodeIfPresent([Int].self, forKey: .shape)
        data_offsets = try container.decodeIfPresent([Int].self, forKey: .data_offsets)
    }
}
