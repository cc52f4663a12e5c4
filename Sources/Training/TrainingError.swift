public import BERT
public import Features

/// Why training stopped.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The user asked for it; the state is saved.
    case interrupted(step: Int)
    /// The user asked to stop an evaluation, which has no state.
    case stopped
    case notFinite(step: Int, what: String)
    /// A checkpoint that belongs to other settings or is damaged.
    case checkpoint(file: String, problem: String)
    /// Examples without labels where the loss or the metric needs them.
    case unlabelled(what: String)
    case settings(problem: String)
    case model(BERTError)
    case features(FeaturesError)

    public var description: String {
        switch self {
        case .interrupted(let step): "interrupted after step \(step); the state is saved, the same command goes on from there"
        case .stopped: "stopped; what was finished before is kept"
        case .notFinite(let step, let what):
            "\(what) is not finite at step \(step); lower the learning rate, or look for damaged weights or features"
        case .checkpoint(let file, let problem): "\(file): \(problem); remove the file to begin this training anew"
        case .unlabelled(let what): "\(what) needs labels, and these examples have none"
        case .settings(let problem): problem
        case .model(let error): error.description
        case .features(let error): error.description
        }
    }
}
