import Foundation
import Testing

/// Looking into caches, mending them, and filling them in parts, as a user does.
@Suite struct CacheCommandTests {
    private let corpus = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--split", "train", "--progress", "none"]

    private func features(_ workshop: Workshop, _ output: String, _ more: [String]) throws -> Outcome {
        try Command.run(["features", "--model", "runs/tiny/finetune", "--output", output] + corpus + more, in: workshop.folder)
    }

    @Test func sequencesAreShown() throws {
        let workshop = try Workshop.copy()
        let cache = "runs/tiny/features/train"
        let shown = try workshop.run("inspect", cache, "--row", "3", "--neighbours", "2", "--vocabulary", "runs/tiny/finetune")
        #expect(shown.code == 0 && shown.out.contains("[CLS]") && shown.out.contains("label"), "\(shown.err)")
        #expect(shown.out.split(separator: "\n").count(where: { $0.contains("  near ") }) == 2)
        let mixed = try workshop.run("inspect", cache, "--shuffle", "--batch-size", "4")
        #expect(mixed.code == 0 && mixed.out.contains("perfect shuffle"), "\(mixed.err)")
        let none = try workshop.run("inspect", cache, "--row", "999")
        #expect(none.code == 1 && none.err.contains("there is no sequence 999; it has 48"), "\(none.err)")
    }

    @Test func aLineASequenceIsExported() throws {
        let workshop = try Workshop.copy()
        #expect(try features(workshop, "cache", ["--layers", "2", "--tensors", "hidden,cls,mean,pooled,attention,qkv,logits"]).code == 0)
        let outcome = try workshop.run("export", "cache", "--jsonl", "lines.jsonl", "--progress", "none")
        #expect(outcome.code == 0, "\(outcome.err)")
        let lines = String(decoding: try workshop.data("lines.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 48)
        let line = try #require(JSONSerialization.jsonObject(with: Data(lines[7].utf8)) as? [String: Any])
        let names: Set = ["row", "example", "ids", "types", "label", "layer.2", "cls.2", "mean.2", "pooled", "attention.2", "query.2", "key.2", "value.2", "logits"]
        #expect(Set(line.keys) == names && line["row"] as? Int == 7)
        let length = (line["ids"] as? [Int])?.count ?? 0
        #expect((line["layer.2"] as? [[Double]])?.count == length && (line["attention.2"] as? [[Double]])?.count == 2 * length)
        #expect((line["query.2"] as? [[Double]])?.map(\.count) == Array(repeating: 16, count: length))
        #expect(try workshop.run("export", "cache", "--safetensors", "flat.safetensors").code == 0)
        let flat = try Tensors(workshop.data("flat.safetensors"))
        #expect(flat.shape("value.2") == flat.shape("layer.2") && flat.shape("logits") == [48, 3])
    }

    /// Behind the standard output may stand a file with text of others.
    @Test(arguments: ["-", "/dev/stdout"]) func linesAreAddedToWhatIsThere(_ target: String) throws {
        let workshop = try Workshop.copy()
        try workshop.write("earlier\n", "log")
        #expect(try workshop.shell("exec '\(Command.path)' export runs/tiny/features/train --jsonl \(target) --progress none >> log") == 0)
        let log = try workshop.data("log")
        #expect(try workshop.run("export", "runs/tiny/features/train", "--jsonl", "lines.jsonl", "--progress", "none").code == 0)
        #expect(try log == Data("earlier\n".utf8) + workshop.data("lines.jsonl"))
    }

    /// Three processes at once, and then one that puts together: the bytes of a single run.
    @Test func partsOfSeveralProcessesMakeTheWhole() async throws {
        let workshop = try Workshop.copy()
        let more = ["--layers", "1,2", "--max-length", "12"]
        #expect(try features(workshop, "single", more).code == 0)
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for part in 1...3 { group.addTask { try features(workshop, "joined", more + ["--shards", "\(part)/3"]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0.code == 0 }, "\(outcomes.map(\.err))")
        let parts = try workshop.run("inspect", "joined")
        #expect(parts.code == 0 && parts.out.contains("joined/parts/2-of-3") && parts.out.contains("not finished"), "\(parts.err)")
        #expect(try features(workshop, "joined", more).code == 0)
        let (single, joined) = (try workshop.contents("single"), try workshop.contents("joined"))
        #expect(single == joined && single.count > 3)
        let wrong = try features(workshop, "joined", more + ["--shards", "4/3"])
        #expect(wrong.code == 64 && wrong.err.contains("'4/3' is no part"), "\(wrong.err)")
    }

    @Test func anEstimateWritesNothing() throws {
        let workshop = try Workshop.copy()
        let outcome = try features(workshop, "cache", ["--layers", "2", "--estimate"])
        #expect(outcome.code == 0 && !workshop.exists("cache"), "\(outcome.err)")
        for word in ["sequences", "tokens", "bytes a token", "bits a value", "time", "memory"] { #expect(outcome.out.contains(word), "\(word)") }
    }

    @Test func repairKeepsWhatIsWhole() throws {
        let workshop = try Workshop.copy()
        #expect(try features(workshop, "whole", ["--layers", "2"]).code == 0)
        #expect(try features(workshop, "cache", ["--layers", "2"]).code == 0)
        let sealed = try workshop.run("repair", "cache")
        #expect(sealed.code == 1 && sealed.err.contains("is complete"), "\(sealed.err)")
        try workshop.remove("cache/manifest.json")
        try workshop.write("torn", "cache/shard-00009.lz4.part")
        let repaired = try workshop.run("repair", "cache")
        #expect(repaired.code == 0 && repaired.out == "kept 1 shards of 48 sequences\ndropped shard-00009.lz4.part: not finished\n", "\(repaired.err)")
        #expect(try features(workshop, "cache", ["--layers", "2"]).code == 0)
        #expect(try workshop.contents("cache") == workshop.contents("whole"))
        #expect(try workshop.run("repair", "data").code == 1)
    }
}
