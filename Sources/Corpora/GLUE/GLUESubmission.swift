/// The files of a submission to GLUE's leaderboard: one for each test set.
public enum GLUESubmission: String, CaseIterable, Sendable {
    case cola = "CoLA"
    case sst2 = "SST-2"
    case mrpc = "MRPC"
    case stsb = "STS-B"
    case qqp = "QQP"
    case matched = "MNLI-m"
    case mismatched = "MNLI-mm"
    case qnli = "QNLI"
    case rte = "RTE"
    case wnli = "WNLI"
    case diagnostic = "AX"

    public var fileName: String { rawValue + ".tsv" }

    /// The task whose files hold the test set.
    public var task: GLUETask {
        switch self {
        case .cola: .cola
        case .sst2: .sst2
        case .mrpc: .mrpc
        case .stsb: .stsb
        case .qqp: .qqp
        case .matched, .mismatched: .mnli
        case .qnli: .qnli
        case .rte: .rte
        case .wnli: .wnli
        case .diagnostic: .ax
        }
    }

    /// The task whose model answers it: the diagnostic set has none of its own.
    public var modelTask: GLUETask { self == .diagnostic ? .mnli : task }

    public var split: String {
        switch self {
        case .matched: "test_matched"
        case .mismatched: "test_mismatched"
        default: "test"
        }
    }

    /// Rows of the official test set.
    public var rowCount: Int {
        switch self {
        case .cola: 1063
        case .sst2: 1821
        case .mrpc: 1725
        case .stsb: 1379
        case .qqp: 390_965
        case .matched: 9796
        case .mismatched: 9847
        case .qnli: 5463
        case .rte: 3000
        case .wnli: 146
        case .diagnostic: 1104
        }
    }
}
