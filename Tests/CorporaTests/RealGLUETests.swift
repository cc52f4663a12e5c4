import FoundationEssentials
import TestSupport
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

    enum IDs { case none, places, own }

    /// What its own index column says: nothing, the records' places, or numbers of its own.
    var ids: IDs {
        switch task {
        case .cola, .sst2, .mrpc: split == "test" ? .places : .none
        case .qqp: .own
        // This copy has the official numbers in part of the training files.
        case .mnli, .qnli: split == "train" ? .own : .places
        case .stsb, .rte, .wnli, .ax: .places
        }
    }

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

@Suite(.enabled(if: realGLUE != nil, withoutGLUE)) struct RealGLUETests {
    private func read(_ file: RealFile) throws -> ReadResult {
        var descriptor = file.task.descriptor
        if let name = file.file { descriptor.splits[file.split] = name }
        return try CorpusReader(descriptor).read(
            split: file.split, folder: "\(try #require(realGLUE))/\(file.task.rawValue)")
    }

    @Test(arguments: files) func hasAllItsRecords(_ file: RealFile) throws {
        let found = try read(file)
        #expect(found.examples.count == file.count)
        #expect(found.rejects.map(\.line) == file.rejects)
        let isUnlabelled = file.split == "test"
        #expect(found.examples.allSatisfy { ($0.label == nil) == isUnlabelled })
        #expect(found.examples.allSatisfy { !$0.text.isEmpty && $0.pair?.isEmpty != true })
        for (label, count) in file.labels { #expect(found.categories.count { $0 == label } == count) }
        let ids = found.examples.compactMap(\.id)
        switch file.ids {
        case .none: #expect(ids.isEmpty)
        case .places: #expect(ids == ids.indices.map(String.init) && ids.count == file.count)
        case .own: #expect(ids.count == file.count && ids[0] != "0" && ids.allSatisfy { Int($0) != nil })
        }
    }

    private func examples(_ task: GLUETask, _ split: String, file: String? = nil) throws -> [Example] {
        try read(RealFile(task: task, split: split, count: 0, file: file)).examples
    }

    /// The places of the records that have one of some characters in a text.
    private func places(_ examples: [Example], _ characters: ClosedRange<UInt32>) -> [Int] {
        examples.indices.filter { index in
            (examples[index].text + (examples[index].pair ?? "")).unicodeScalars.contains { characters.contains($0.value) }
        }
    }

    /// Controls, mojibake, spaces without width and marks of direction stay as they are.
    @Test func keepsTheOddCharacters() throws {
        #expect(try examples(.cola, "train").count { $0.text.contains("\u{08}") } == 3)
        #expect(try places(examples(.mrpc, "train"), 0x12...0x12) == [1585])
        #expect(try places(examples(.stsb, "train"), 0x12...0x12) == [2918])
        #expect(try places(examples(.rte, "train"), 0x80...0x9F) == [287])
        #expect(try places(examples(.rte, "dev"), 0x80...0x9F) == [238])
        #expect(try places(examples(.mnli, "dev_matched"), 0xA0...0xA0).count == 6)
        #expect(try places(examples(.rte, "test"), 0xA0...0xA0).count == 4)
        let qqp = try examples(.qqp, "train")
        for mark: UInt32 in [0x200B, 0x200E, 0x200F] { #expect(places(qqp, mark...mark).count == 1) }
        let qnli = try examples(.qnli, "train")
        #expect(places(qnli, 0xFFFD...0xFFFD).map { qnli[$0].id } == ["908490"])
        let dev = try examples(.qnli, "dev")
        #expect(dev[60].pair?.unicodeScalars.contains("\u{FEFF}") == true)
    }

    @Test func keepsSpacesAtTheEdges() throws {
        #expect(try examples(.sst2, "train").allSatisfy { $0.text.hasSuffix(" ") })
        #expect(try examples(.sst2, "dev").allSatisfy { $0.text.hasSuffix(" ") })
        #expect(try !examples(.sst2, "test").contains { $0.text.hasSuffix(" ") })
        let mnli = try examples(.mnli, "dev_matched")
        #expect(mnli.count { trimmed($0.text) != $0.text || trimmed($0.pair ?? "") != $0.pair } == 1716)
        #expect(mnli[0].pair?.hasSuffix("newest benefits ") == true)
    }

    /// No quote hides a tab or a line end, and none is doubled or undoubled.
    @Test func quotesAreCharacters() throws {
        func quotes(_ example: Example) -> Int { (example.text + (example.pair ?? "")).count { $0 == "\"" } }
        let dev = try examples(.qnli, "dev")
        #expect(dev.count { quotes($0) % 2 == 1 } == 90)
        #expect(dev.count { $0.text.hasPrefix("\" ") || $0.pair?.hasPrefix("\" ") == true } == 13)
        #expect([658, 694, 917].allSatisfy { dev[$0].pair?.hasPrefix("\" ") == true })
        #expect(try examples(.qqp, "train").count { ($0.text + ($0.pair ?? "")).contains("\"\"") } == 1008)
        let rte = try examples(.rte, "train")
        #expect(rte[2164].id == "2164" && rte[2164].text.contains("\""))
    }

    /// Scores are written in many ways.
    @Test func scoresAreNumbers() throws {
        let stsb = try examples(.stsb, "train")
        func count(_ score: Float) -> Int { stsb.count { $0.label == .score(score) } }
        #expect(count(5) >= 111 + 77 && count(3.8) >= 76 && count(4.75) > 0)
        for long: Float in [1.53333333333333, 2.46666666666667, 3.77777777777778, 2.11111111111111, 3.33333333333333, 4.57142857142857] {
            #expect(count(long) > 0)
        }
    }

    /// What the files repeat is repeated, contradictions too; the reader judges nothing.
    @Test func keepsDuplicates() throws {
        let sst2 = try examples(.sst2, "train")
        #expect(sst2.count - Set(sst2.map { "\($0.text)|\(String(describing: $0.label))" }).count == 366)
        let labels = sst2.reduce(into: [String: Set<RawLabel>]()) { found, example in
            if let label = example.label { found[example.text, default: []].insert(label) }
        }
        #expect(labels.values.count { $0.count == 2 } == 5)
        let cola = try examples(.cola, "train")
        #expect(cola.count - Set(cola.map(\.text)).count == 19)
    }

    /// The two official forms of MRPC differ in spaces alone.
    @Test func mrpcHasTwoForms() throws {
        func bare(_ examples: [Example]) -> [String] { examples.map { ($0.text + ($0.pair ?? "")).filter { $0 != " " } } }
        let (raw, tokenised) = (try examples(.mrpc, "dev"), try examples(.mrpc, "dev", file: "dev.senteval_tokenised.tsv"))
        #expect(bare(raw) == bare(tokenised) && raw.map(\.label) == tokenised.map(\.label) && raw.map(\.text) != tokenised.map(\.text))
    }

    @Test func absentFilesAreNamedWithThoseThatArePresent() throws {
        // The copy may be complete.
        guard let realGLUE, !FileManager.default.fileExists(atPath: realGLUE + "/MNLI/dev_mismatched.tsv") else { return }
        let error = #expect(throws: CorporaError.self) { try read(RealFile(task: .mnli, split: "dev_mismatched", count: 0)) }
        guard case .missingFile(_, let present) = error else {
            Issue.record("another error: \(error?.description ?? "none")")
            return
        }
        #expect(present.contains("dev_matched.tsv") && present.contains("train.tsv") && !present.contains("dev_mismatched.tsv"))
    }
}
