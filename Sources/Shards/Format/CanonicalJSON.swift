import Files
import FoundationEssentials

/// JSON in one line with sorted keys, so that equal values have equal bytes, and texts that carry their own hash.
enum CanonicalJSON {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers, which is all there is here, always encode.
        return Array(try! encoder.encode(value))
    }

    /// - Throws: `JSONProblem`, which says in a few words what is wrong.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(JSONProblem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw JSONProblem(error)
        } catch {
            throw JSONProblem(text: "is not valid JSON")
        }
    }

    /// An object with one more member at its end: the XXH3-128 of `previous` and of the object up to there.
    static func sealed(_ value: some Encodable, _ key: String, after previous: [UInt8] = []) -> (line: [UInt8], hash: String) {
        let body = encode(value).dropLast()
        let hash = ContentHash.hex128(previous + body)
        return (body + Array(",\"\(key)\":\"\(hash)\"}\n".utf8), hash)
    }

    /// The hash that a sealed line ends in, or nil where it is not the hash of what stands before it.
    static func seal(of line: [UInt8], _ key: String, after previous: [UInt8] = []) -> String? {
        let length = ",\"\(key)\":\"\"}\n".utf8.count + 32
        guard line.count > length else { return nil }
        let hash = ContentHash.hex128(previous + line.dropLast(length))
        return line.suffix(length).elementsEqual(",\"\(key)\":\"\(hash)\"}\n".utf8) ? hash : nil
    }
}

struct JSONProblem: Error {
    let text: String
}

extension JSONProblem {
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context): self.init(text: "missing key '\(Self.path(context.codingPath + [key]))'")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(text: "key '\(Self.path(context.codingPath))' is of the wrong type")
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(text: "key '\(Self.path(context.codingPath))' has a value that is not known")
        default: self.init(text: "is not valid JSON")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
    }
}
