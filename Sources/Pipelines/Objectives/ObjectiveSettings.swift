import Distillation
import Features
import Training

/// What a pipeline says of one objective: keys of its own, what it has to see of a teacher, and the loss of states that comes of them.
/// A new objective is one file with a type of this kind, and its name in `Objectives.all`.
protocol ObjectiveSettings: Sendable {
    /// The word in `objective:`.
    static var name: String { get }
    /// What it looks at, as a clause: "which looks at labels alone".
    static var about: String { get }
    /// Keys of its own in `distill`.
    static var keys: [String] { get }
    /// Keys common to other objectives that it has no use for.
    static var uselessKeys: [String] { get }
    /// Whether it has a loss of states; else losses at the logits are all.
    static var comparesStates: Bool { get }
    /// Whether it looks at a teacher at all.
    static var readsTeacher: Bool { get }

    /// Changes what is common to all objectives to what this one's paper has.
    static func setDefaults(_ settings: inout DistillSettings)

    init()
    /// Reads its own keys over values that stand where the section says nothing.
    mutating func read(_ reader: SettingReader) throws(PipelinesError)

    /// Its own values in fixed words: part of a stage's fingerprint.
    var canonical: [String] { get }
    /// Whether it learns from copies in which words are masked, and losses at the logits are of words.
    var masksWords: Bool { get }
    /// What the loss of states has to see of a teacher, and the setting that is the reason.
    var tensors: [(tensor: Tensor, reason: String)] { get }
    /// Whom each example is told from; nil where it is told from nobody.
    var negatives: NegativePlan? { get }

    /// The loss of states; nil where there is none.
    ///
    /// - Throws: where it does not fit the shapes, or where the teacher's states have nothing to tell.
    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)?

    /// An objective and its negatives, as long as whose gradient the loss of states has to begin; nil leaves its weight as it is.
    func matched(_ shape: ObjectiveShape) throws(PipelinesError) -> (objective: any StateObjective, negatives: NegativePlan)?

    /// What the soft loss is scaled by, where its definition depends on the number of classes.
    func softScale(classes: Int) -> Double
}

extension ObjectiveSettings {
    static var keys: [String] { [] }
    static var uselessKeys: [String] { [] }
    static var comparesStates: Bool { true }
    static var readsTeacher: Bool { true }
    mutating func read(_ reader: SettingReader) throws(PipelinesError) {}
    var canonical: [String] { [] }
    var masksWords: Bool { false }
    var tensors: [(tensor: Tensor, reason: String)] { [] }
    var negatives: NegativePlan? { nil }
    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? { nil }
    func matched(_ shape: ObjectiveShape) throws(PipelinesError) -> (objective: any StateObjective, negatives: NegativePlan)? { nil }
    func softScale(classes: Int) -> Double { 1 }

    var name: String { Self.name }
    var isReadingTeacher: Bool { Self.readsTeacher }
}

enum Objectives {
    static let all: [any ObjectiveSettings.Type] = [
        LRCSettings.self, TinyBERTSettings.self, PKDSettings.self, DistilBERTSettings.self, RelationSettings.self, InfoNCESettings.self,
        MSESettings.self, SoftSettings.self, HardSettings.self,
    ]

    /// The objective that a section names; nil where it names none.
    static func named(in reader: SettingReader) throws(PipelinesError) -> (any ObjectiveSettings.Type)? {
        guard let word = try reader.text("objective") else { return nil }
        if let found = all.first(where: { $0.name == word }) { return found }
        throw reader.unknown("objective", word, all.map { $0.name })
    }
}
