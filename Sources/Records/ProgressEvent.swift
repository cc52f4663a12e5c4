/// How far a piece of work is.
public struct ProgressEvent: Sendable, Equatable, Codable {
    /// A number that is shown beside the bar.
    public struct Value: Sendable, Equatable, Codable {
        public var name: String
        public var number: Double

        public init(_ name: String, _ number: Double) { (self.name, self.number) = (name, number) }
    }

    public var stage: String
    /// What is counted: "steps", "sequences".
    public var unit: String
    public var done: Int
    /// 0 where it is not known.
    public var total: Int
    public var values: [Value]

    public init(stage: String, unit: String, done: Int, total: Int, values: [Value] = []) {
        (self.stage, self.unit, self.done, self.total, self.values) = (stage, unit, done, total, values)
    }
}

/// Whom work tells how far it is, and asks whether it should go on.
public struct WorkObserver: Sendable {
    public var report: @Sendable (ProgressEvent) -> Void
    /// Tells the user something in words.
    public var note: @Sendable (String) -> Void
    /// Tells the user something that should not be missed.
    public var warn: @Sendable (String) -> Void
    /// Whether the user asked to stop; work then saves its state and throws.
    public var isInterrupted: @Sendable () -> Bool

    public init(
        report: @escaping @Sendable (ProgressEvent) -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void = { _ in },
        warn: @escaping @Sendable (String) -> Void = { _ in },
        isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.report, self.note, self.warn, self.isInterrupted) = (report, note, warn, isInterrupted)
    }

    public static let silent = WorkObserver()
}
