import FoundationEssentials
import Testing

@testable import Corpora

/// A file of the real data: how many records it has, and how many of each label where that is known.
struct RealFile: Sendable, CustomStringConvertible {
    var task: GLUETask
    var split: String
    var count: Int
    var rejects: [Int] = []
    var labels: [String: Int] = [:]
    /// Another name than the official one.
    var file: String? = nil

    var description: String { "\(task.rawValue)/\(split)" }
}

private let files: [RealFile] = [
    RealFile(task: .cola, split: "train", count: 8551),
    // Its last line has no line feed.
    RealFile(task: .cola, split: "dev", count: 1043),
    RealFile(task: .cola, split: "test", count: 1063),
    RealFile(task: .sst2, split: "train", count: 67349),
    RealFile(task: .sst2, split: "dev", count: 872),
    RealFile(task: .sst2, split: "test", count: 1821),
    RealFile(task: .mrpc, split: "train", count: 3668),
    RealFile(task: .mrpc, split: "dev", count: 408),
    RealFile(task: .mrpc, split: "dev", count: 408, file: "dev.senteval_tokenised.tsv"),
    RealFile(task: .mrpc, split: "test", count: 1725),
    RealFile(task: .mrpc, split: "test_labelled", count: 1725),
    RealFile(task: .mrpc, split: "train", count: 4076, file: "msr_paraphrase_train.txt"),
    RealFile(task: .stsb, split: "train", count: 5749),
    RealFile(task: .stsb, split: "dev", count: 1500),
    RealFile(task: .stsb, split: "test", count: 1379),
    // The row of question pair 133273 lacks a tab.
    RealFile(task: .qqp, split: "train", count: 27643, rejects: [2]),
    RealFile(task: .qqp, split: "dev", count: 4000, file: "holdout_from_train.tsv"),
    RealFile(task: .mnli, split: "train", count: 10471),
    RealFile(
        task: .mnli, split: "dev_matched", count: 9815,
        labels: ["entailment": 3479, "contradiction": 3213, "neutral": 3123]),
    RealFile(task: .qnli, split: "train", count: 10293),
    RealFile(task: .qnli, split: "dev", count: 5463),
    RealFile(task: .qnli, split: "test", count: 5463),
    RealFile(task: .rte, split: "train", count: 2490),
    RealFile(task: .rte, split: "dev", count: 277),
    RealFile(task: .rte, split: "test", count: 3000),
    RealFile(task: .wnli, split: "train", count: 635),
    RealFile(task: .wnli, split: "dev", count: 71, labels: ["0": 40, "1": 31]),
    RealFile(task: .wnli, split: "test", count: 146),
]

@Suite(.enabled(if: shared != nil, withoutShared)) struct RealGLUETests {
    private func read(_ file: RealFile) throws -> ReadResult {
        var descriptor = file.task.descriptor
        if let name = file.file { descriptor.splits[file.split] = name }
        return try TableReader(descriptor).read(
            split: file.split, folder: "\(try #require(shared))/data/glue/\(file.task.rawValue)")
    }

    @Test(arguments: files) func hasAllItsRecords(_ file: RealFile) throws {
        let found = try read(file)
        #expect(found.examples.count == file.count)
        #expect(found.rejects.map(\.line) == file.rejects)
        let isUnlabelled = file.split == "test"
        #expect(found.examples.allSatisfy { ($0.label == nil) == isUnlabelled })
        #expect(found.examples.allSatisfy { !$0.text.isEmpty && $0.pair?.isEmpty != true })
        for (label, count) in file.labels { #expect(found.categories.count { $0 == label } == count) }
        if file.task != .qqp, file.task != .mnli, file.task != .qnli || file.split != "train" {
            let ids = found.examples.compactMap(\.id)
            #expect(ids.isEmpty || ids == ids.indices.map(String.init))
        }
    }

    @Test func keepsTheOddCharacters() throws {
        let cola = try read(RealFile(task: .cola, split: "train", count: 0))
        #expect(cola.examples.count { $0.text.contains("\u{08}") } == 3)
        let sst2 = try read(RealFile(task: .sst2, split: "dev", count: 0))
        #expect(sst2.examples.allSatisfy { $0.text.hasSuffix(" ") })
        let qnli = try read(RealFile(task: .qnli, split: "dev", count: 0))
        #expect(qnli.examples[60].pair?.unicodeScalars.contains("\u{FEFF}") == true)
        let rte = try read(RealFile(task: .rte, split: "train", count: 0))
        #expect(rte.examples[2164].id == "2164")
        #expect(rte.examples[287].text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) })
        let stsb = try read(RealFile(task: .stsb, split: "train", count: 0))
        #expect(stsb.examples.contains { $0.label == .score(2.11111111111111) || $0.label == .score(3.8) })
    }

    @Test func absentFilesAreNamedWithThoseThatArePresent() throws {
        let error = #expect(throws: CorporaError.self) { try read(RealFile(task: .mnli, split: "dev_mismatched", count: 0)) }
        guard case .missingFile(_, let present) = error else {
            Issue.record("another error: \(error?.description ?? "none")")
            return
        }
        #expect(present == ["dev_matched.tsv", "train.tsv"])
    }
}
