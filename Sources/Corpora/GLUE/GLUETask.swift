/// The tasks of GLUE and its diagnostic set, in the layouts of the official files (Wang et al., 2019).
public enum GLUETask: String, CaseIterable, Sendable {
    case cola = "CoLA"
    case sst2 = "SST-2"
    case mrpc = "MRPC"
    case stsb = "STS-B"
    case qqp = "QQP"
    case mnli = "MNLI"
    case qnli = "QNLI"
    case rte = "RTE"
    case wnli = "WNLI"
    /// The diagnostic set, which models of MNLI answer.
    case ax = "AX"

    /// Neither case nor hyphens count: `SST-2`, `sst-2` and `sst2` are one.
    public init?(named name: String) {
        func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
        guard let task = Self.allCases.first(where: { plain($0.rawValue) == plain(name) }) else { return nil }
        self = task
    }

    /// The name of the task's descriptor and of its file in corpora/glue: `sst-2`.
    public var descriptorName: String { rawValue.lowercased() }

    /// The labels in the order of GLUE's own readers; map them by name, others order them differently.
    public var labels: LabelKind {
        switch self {
        case .cola, .sst2, .mrpc, .qqp, .wnli: .categories(["0", "1"])
        case .stsb: .scores(0...5)
        case .mnli, .ax: .categories(["contradiction", "entailment", "neutral"])
        case .qnli, .rte: .categories(["entailment", "not_entailment"])
        }
    }

    /// The splits in the order train, development, test.
    public var splits: [String] { files.map(\.split) }

    /// The name of a split's file; nil for a split that the task does not have.
    public func file(for split: String) -> String? { files.first { $0.split == split }?.file }

    var files: [(split: String, file: String)] {
        switch self {
        case .mnli:
            ["train", "dev_matched", "dev_mismatched", "test_matched", "test_mismatched"].map { ($0, $0 + ".tsv") }
        case .ax: [("test", "diagnostic.tsv"), ("test_labelled", "diagnostic-full.tsv")]
        case .mrpc: Self.usual + [("test_labelled", "msr_paraphrase_test.txt")]
        default: Self.usual
        }
    }

    private static let usual = [("train", "train.tsv"), ("dev", "dev.tsv"), ("test", "test.tsv")]
}
