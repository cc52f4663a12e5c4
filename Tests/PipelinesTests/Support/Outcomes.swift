@testable import Pipelines

/// The names of the stages whose fingerprints differ, or that only one of two pipelines has.
func differing(_ plans: [StagePlan], _ others: [StagePlan]) -> Set<String> {
    func fingerprints(_ plans: [StagePlan]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: plans.map { ($0.name, $0.fingerprint) })
    }
    let (ours, theirs) = (fingerprints(plans), fingerprints(others))
    return Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }
}
