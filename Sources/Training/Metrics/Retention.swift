/// How much of a teacher's quality a student keeps, by one metric. A share is nil where it would divide by nothing: where
/// the teacher is no better than what it is measured against.
public struct Retention: Sendable, Equatable {
    /// S / T. Says little by itself: a constant predictor has its share too.
    public let raw: Double?
    /// (S - c) / (T - c), c that of the constant predictor.
    public let chanceCorrected: Double?
    /// (S - H) / (T - H), H that of the same student trained on labels alone.
    public let recoveredGap: Double?

    public init(student: Double, teacher: Double, constant: Double, hard: Double?) {
        func share(above floor: Double) -> Double? { teacher > floor ? (student - floor) / (teacher - floor) : nil }
        raw = share(above: 0)
        chanceCorrected = share(above: constant)
        recoveredGap = hard.flatMap { share(above: $0) }
    }
}
