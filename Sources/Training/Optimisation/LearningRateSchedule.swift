/// Linear warm-up from 0, then linear descent to 0 at the end.
public struct LearningRateSchedule: Sendable, Equatable {
    public var peak: Double
    public var warmupSteps: Int
    public var totalSteps: Int

    public init(peak: Double, warmupShare: Double, totalSteps: Int) {
        self.peak = peak
        self.totalSteps = totalSteps
        warmupSteps = Int((warmupShare * Double(totalSteps)).rounded(.up))
    }

    /// The rate of a step counted from 0, as `transformers.get_linear_schedule_with_warmup` has it.
    public func rate(_ step: Int) -> Float {
        if step < warmupSteps { return Float(peak * Double(step) / Double(max(1, warmupSteps))) }
        return Float(peak * max(0, Double(totalSteps - step) / Double(max(1, totalSteps - warmupSteps))))
    }
}
