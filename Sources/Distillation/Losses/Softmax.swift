#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension PredictionLoss {
    /// Probabilities of some logits.
    public static func softmax(_ logits: [Double]) -> [Double] { logSoftmax(logits).map { exp($0) } }
}
