import Corpora

/// A line of `rejects.jsonl`.
struct RejectRecord: Codable {
    var split: String
    var line: Int
    var reason: String
    var excerpt: String

    init(split: String, _ reject: Reject) {
        (self.split, line, reason, excerpt) = (split, reject.line, reject.reason, reject.excerpt)
    }
}
