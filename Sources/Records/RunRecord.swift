/// `run.json`: what a run did, with which versions, and what came out.
public struct RunRecord: Sendable, Equatable, Codable {
    public struct Stage: Sendable, Equatable, Codable {
        public var name: String
        public var fingerprint: String
        /// Whether the stage had been finished by an earlier run.
        public var wasReused: Bool
        public var seconds: Double
        /// The most memory that the process was seen to hold meanwhile, mapped files aside; nil where the system does not say.
        public var memoryBytes: Int?

        public init(name: String, fingerprint: String, wasReused: Bool, seconds: Double) {
            (self.name, self.fingerprint, self.wasReused, self.seconds) = (name, fingerprint, wasReused, seconds)
        }
    }

    public var name: String
    public var version: String
    /// What computed: vector kernels, BLAS and its processor.
    public var arithmetic: String
    public var threads: Int
    public var seed: UInt64
    /// The settings with overlays and overrides, in canonical JSON.
    public var settings: String
    public var stages: [Stage]
    /// Records that were unusable and skipped.
    public var rejects = 0
    /// Metrics by model and split: "distilled dev".
    public var metrics: [String: [String: Double]]
    /// Parameters of each model.
    public var sizes: [String: Int] = [:]
    /// Sequences a second of each model on the run's threads.
    public var speed: [String: Double] = [:]

    public init(
        name: String, version: String, arithmetic: String, threads: Int, seed: UInt64, settings: String, stages: [Stage] = [],
        metrics: [String: [String: Double]] = [:]
    ) {
        (self.name, self.version, self.arithmetic, self.threads) = (name, version, arithmetic, threads)
        (self.seed, self.settings, self.stages, self.metrics) = (seed, settings, stages, metrics)
    }
}
