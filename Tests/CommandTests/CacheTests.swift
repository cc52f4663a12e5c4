import Foundation
import Testing

/// Caches through the command: what is stale is refused by name, what is wrong is found.
@Suite("Promises 6 and 7, through the command") struct CacheTests {
    private let corpus = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--split", "train", "--progress", "none"]

    private func features(_ workshop: Workshop, _ more: [String]) throws -> Outcome {
        try Command.run(["features", "--model", "runs/tiny/finetune", "--output", "cache"] + more, in: workshop.folder)
    }

    /// One thing changed at a time, between the first call and the second.
    @Test(arguments: ["nothing", "weights", "configuration", "vocabulary", "normaliser", "special", "length", "layers", "precision", "descriptor", "corpus", "logits"])
    func staleCachesAreRefused(_ change: String) throws {
        let workshop = try Workshop.copy()
        var arguments = corpus + ["--max-length", "12", "--layers", "1,2", "--precision", "float32"]
        #expect(try features(workshop, arguments).code == 0)
        let tuned = "runs/tiny/finetune/"
        func edit(_ name: String, _ old: String, _ new: String) throws {
            let text = String(decoding: try workshop.data(name), as: UTF8.self)
            try #require(text.contains(old))
            try workshop.write(text.replacingOccurrences(of: old, with: new), name)
        }
        func option(_ name: String, _ value: String) { arguments[arguments.firstIndex(of: name)! + 1] = value }
        let says: String
        switch change {
        case "weights":
            var bytes = try workshop.data(tuned + "model.safetensors")
            bytes[bytes.count - 2] ^= 1
            try workshop.write(bytes, tuned + "model.safetensors")
            says = "teacher"
        case "configuration":
            try edit(tuned + "config.json", "\"num_attention_heads\" : 2", "\"num_attention_heads\" : 4")
            says = "teacher"
        case "vocabulary":
            try edit(tuned + "vocab.txt", "road\nbridge", "bridge\nroad")
            says = "vocabulary"
        case "normaliser":
            try edit(tuned + "tokenizer_config.json", "\"do_lower_case\": true", "\"do_lower_case\": false")
            says = "tokenizer"
        case "special":
            try edit(tuned + "tokenizer_config.json", "\"mask_token\": \"[MASK]\"", "\"mask_token\": \"fog\"")
            says = "tokenizer"
        case "length": option("--max-length", "5"); says = "maxLength"
        case "layers": option("--layers", "2"); says = "layers"
        case "precision": option("--precision", "bfloat16"); says = "precision"
        case "descriptor":
            try edit("tiny-corpus.yaml", "text: text", "text: id")
            says = "corpus"
        case "corpus":
            try edit("data/train.tsv", "road", "lane")
            says = "corpus"
        case "logits": arguments.append("--logits"); says = "tensors"
        default: says = ""
        }
        let outcome = try features(workshop, arguments)
        if change == "nothing" {
            #expect(outcome.code == 0 && outcome.err.isEmpty, "\(outcome.err)")
        } else {
            #expect(outcome.code == 1 && outcome.err.contains("cache is stale") && outcome.err.contains(says), "\(outcome.err)")
        }
    }

    /// Of a split, with labels and logits, and of the standard input.
    @Test func valuesComeThrough() throws {
        let workshop = try Workshop.copy()
        #expect(try features(workshop, corpus + ["--logits", "--precision", "float32"]).code == 0)
        #expect(try workshop.run("verify", "cache", "--teacher", "runs/tiny/finetune").code == 0)
        #expect(try workshop.run("export", "cache", "--safetensors", "all.safetensors").code == 0)
        let lines = try Command.run(
            ["features", "--model", "runs/tiny/finetune", "--lines", "-", "--precision", "float32", "--output", "lines"], in: workshop.folder,
            input: Data("road closed\n\nfog".utf8))
        #expect(lines.code == 0, "\(lines.err)")
        #expect(try workshop.run("export", "lines", "--safetensors", "lines.safetensors").code == 0)
        let tensors = try Tensors(workshop.data("lines.safetensors"))
        #expect(tensors.integers("offsets") == [0, 4, 6, 9])
        #expect(tensors.integers("ids") == [2, 5, 13, 3, 2, 3, 2, 15, 3])
        #expect(tensors.shape("layer.2") == [9, 16] && tensors.floats("layer.2").allSatisfy(\.isFinite))
        // The last token of the last layer after its layer norm: not the same for all, and of the size of gain and offset.
        let norms = stride(from: 0, to: 9 * 16, by: 16).map { row in tensors.floats("layer.2")[row..<row + 16].reduce(0) { $0 + $1 * $1 } }
        #expect(norms.allSatisfy { $0 > 1 && $0 < 100 })
        let all = try Tensors(workshop.data("all.safetensors"))
        #expect(all.shape("logits") == [48, 3] && all.shape("layer.1") == [all.integers("ids").count, 16])
    }

    /// A cache in good form that is not what the teacher computes: here of another teacher's logits.
    @Test func verifyLooksAtLogits() throws {
        let workshop = try Workshop.copy()
        #expect(try features(workshop, corpus + ["--logits"]).code == 0)
        // The classifier's bias is the last tensor but one; the states stay as they are.
        var bytes = try workshop.data("runs/tiny/finetune/model.safetensors")
        let tensors = try Tensors(bytes)
        let place = tensors.range("classifier.bias").lowerBound
        for (index, byte) in [UInt8(0), 0, 0x80, 0x3F].enumerated() { bytes[place + index] = byte }
        try workshop.write(bytes, "runs/tiny/finetune/model.safetensors")
        let outcome = try workshop.run("verify", "cache", "--teacher", "runs/tiny/finetune")
        #expect(outcome.code == 1 && outcome.err.contains("logits"), "\(outcome.err)")
    }

    /// A cosine to nothing is not one to everything.
    @Test func verifyTakesNoZeros() throws {
        let workshop = try Workshop.copy()
        let original = try workshop.data("runs/tiny/finetune/model.safetensors")
        var bytes = original
        let tensors = try Tensors(bytes)
        for part in ["weight", "bias"] {
            let range = tensors.range("bert.encoder.layer.1.output.LayerNorm.\(part)")
            bytes.replaceSubrange(range, with: Data(count: range.count))
        }
        try workshop.write(bytes, "runs/tiny/finetune/model.safetensors")
        #expect(try features(workshop, corpus + ["--layers", "2"]).code == 0)
        #expect(try workshop.run("verify", "cache", "--teacher", "runs/tiny/finetune").code == 0)
        try workshop.write(original, "runs/tiny/finetune/model.safetensors")
        let outcome = try workshop.run("verify", "cache", "--teacher", "runs/tiny/finetune")
        #expect(outcome.code == 1 && outcome.err.contains("column 'layer.2'"), "\(outcome.err)")
    }

    @Test func aStagesFolderIsAnsweredFor() throws {
        let workshop = try Workshop.copy()
        let verified = try workshop.run("verify", "runs/tiny/tokens")
        #expect(verified.code == 0 && verified.out.contains("tokens/dev") && verified.out.contains("tokens/train"), "\(verified.err)")
        #expect(try workshop.run("verify", "runs/tiny/features", "--teacher", "runs/tiny/finetune").code == 0)
        #expect(try workshop.run("export", "runs/tiny/features", "--safetensors", "out.safetensors").code == 0)
        let several = try workshop.run("export", "runs/tiny/tokens", "--safetensors", "out.safetensors")
        #expect(several.code == 64 && several.err.contains("tokens/train"), "\(several.err)")
        let report = try workshop.run("inspect", "runs/tiny")
        for name in ["tokens/train", "features/train", "runs/tiny/finetune", "runs/tiny/distill"] { #expect(report.out.contains(name)) }
    }

    @Test func aFolderOfOthersIsNoCache() throws {
        let workshop = try Workshop.copy()
        try workshop.write("mine", "cache/shard-00007.lz4")
        let outcome = try features(workshop, corpus)
        #expect(outcome.code == 1 && outcome.err.contains("cache"), "\(outcome.err)")
        #expect(try workshop.data("cache/shard-00007.lz4") == Data("mine".utf8))
    }
}
