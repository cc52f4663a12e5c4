/// The middle of resampled values.
public struct Interval: Sendable, Equatable, Codable {
    public var low, high: Double

    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    /// - Parameter share: of the values that lie between the bounds (percentile method).
    public init(_ values: [Double], share: Double = 0.95) {
        let sorted = values.sorted()
        func quantile(_ p: Double) -> Double {
            let place = p * Double(sorted.count - 1)
            let (below, rest) = (Int(place), place - place.rounded(.down))
            return sorted[below] + (below + 1 < sorted.count ? rest * (sorted[below + 1] - sorted[below]) : 0)
        }
        (low, high) = (quantile((1 - share) / 2), quantile((1 + share) / 2))
    }
}

/// What can be said of a contrast.
public enum Verdict: String, Sendable, Codable {
    case better
    case worse
    /// The difference is less than a point either way.
    case withinOnePoint = "within 1 point"
    case unresolved

    public init(_ interval: Interval) {
        if interval.low > 0 {
            self = .better
        } else if interval.high < 0 {
            self = .worse
        } else if interval.low > -0.01, interval.high < 0.01 {
            self = .withinOnePoint
        } else {
            self = .unresolved
        }
    }
}
