import FoundationEssentials

extension Encodable {
    /// This value as JSON with sorted keys; numbers that JSON cannot hold become null's stand-ins "nan" and "inf".
    public func json(pretty: Bool = false) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(self) else { preconditionFailure("records always encode") }
        return Array(data) + (pretty ? [0x0A] : [])
    }
}
