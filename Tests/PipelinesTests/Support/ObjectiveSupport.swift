@testable import Pipelines

extension DistillSettings {
    /// The settings of the objective `lrc`, which this has to be.
    var lrc: LRCSettings {
        get {
            guard let settings = objective as? LRCSettings else { preconditionFailure("objective '\(objective.name)' is not lrc") }
            return settings
        }
        set { objective = newValue }
    }
}
