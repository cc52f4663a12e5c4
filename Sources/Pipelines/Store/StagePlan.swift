import Files

/// A stage before it runs: its name and everything that decides its result.
public struct StagePlan: Sendable, Equatable {
    public struct Input: Sendable, Equatable {
        public var name: String
        public var value: String
    }

    public let name: String
    /// Settings, contents of files and fingerprints of earlier stages; never a path or a clock.
    public let inputs: [Input]
    /// 32 hexadecimal digits over name, format version and inputs.
    public let fingerprint: String

    /// - Parameter version: of what the stage writes; a new one makes old folders stale.
    package init(_ name: String, version: Int, inputs: [(String, String)]) {
        self.name = name
        self.inputs = [Input(name: "version", value: "\(version)")] + inputs.map { Input(name: $0.0, value: $0.1) }
        let hash = ContentHash()
        hash.update(name)
        for input in self.inputs {
            hash.update(input.name)
            hash.update(input.value)
        }
        fingerprint = hash.hex128()
    }

    /// The name of its folder in a store.
    public var folderName: String { "\(name)-\(fingerprint.prefix(16))" }
}
