import Features
import Shards
import Tokens
import WordPiece

extension Pipeline {
    /// Refuses a cache that was filled with another tokenizer, and says so where that cannot be told.
    func checkTokenizer(_ stage: String) throws(PipelinesError) {
        let cache = try cache()
        let found = cache.shards.identity.fingerprints
        if case .maskedWords(let words) = try trainingTable().labelSet, words != tokenizer.tokenizer.vocabulary.count {
            throw .features(.stale(folder: cache.folder, what: ["it is of \(words) words, '\(tokenizer.vocabularyPath)' has \(tokenizer.tokenizer.vocabulary.count)"]))
        }
        // Other programs name a tokenizer in words of their own, and a vocabulary too, unless they say that it is a hash of its bytes.
        let facts = found["tokenizer"].flatMap { $0.hasPrefix("lowercase=") ? $0 : nil }
        let hash = found["vocabulary"].flatMap { $0.hasPrefix("xxh3-128:") ? String($0.dropFirst("xxh3-128:".count)) : facts == nil ? nil : $0 }
        if let hash, hash != tokenizer.vocabularyHash {
            throw .stage(stage, problem: "'\(cache.folder)' was filled with another vocabulary than '\(tokenizer.vocabularyPath)'; give the one that belongs to the cache")
        }
        if let facts, !facts.hasPrefix(tokenizer.facts + " maxLength=") {
            throw .stage(stage, problem: "'\(cache.folder)' was filled by a tokenizer with '\(facts)', and '\(tokenizer.vocabularyPath)' has '\(tokenizer.facts)'; give the one that belongs to the cache")
        }
        let unknown = [hash == nil ? "vocabulary" : nil, facts == nil ? "tokenizer" : nil].compactMap(\.self)
        if !unknown.isEmpty {
            note("\(stage): '\(cache.folder)' does not say of which \(unknown.joined(separator: " and ")) it is; what '\(tokenizer.vocabularyPath)' says is taken for it")
        }
    }
}
