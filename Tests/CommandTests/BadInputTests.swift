import Foundation
import Testing

@Suite struct BadInputTests {
    /// Runs a spoilt pipeline and expects a message, and that no stage counts as finished.
    private func expectFailure(
        _ workshop: Workshop, _ says: [String], code: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try workshop.run("run", "tiny.yaml", "--progress", "none")
        #expect(outcome.code == code, "\(outcome.err)", sourceLocation: sourceLocation)
        for words in says { #expect(outcome.err.contains(words), "\(outcome.err)", sourceLocation: sourceLocation) }
        #expect(!workshop.exists("runs/tiny/run.json"), sourceLocation: sourceLocation)
    }

    @Test func anEmptyTable() throws {
        let workshop = try Workshop()
        try workshop.write("", "data/train.tsv")
        try expectFailure(workshop, ["data/train.tsv", "empty"])
    }

    @Test func aTableWithAnotherHeader() throws {
        let workshop = try Workshop()
        try workshop.write("id\tmessage\tlabel\n0\troad closed\tclosure\n", "data/train.tsv")
        try expectFailure(workshop, ["train.tsv:1", "'text'", "'message'"])
    }

    @Test func anAbsentTable() throws {
        let workshop = try Workshop()
        try workshop.remove("data/dev.tsv")
        try expectFailure(workshop, ["split 'dev'", "data/dev.tsv"], code: 64)
    }

    @Test func anUnknownLabel() throws {
        let workshop = try Workshop()
        try workshop.write("id\ttext\tlabel\n0\troad closed\tclosed\n", "data/train.tsv")
        try expectFailure(workshop, ["train.tsv:2", "'closed'", "'closure'"])
    }

    @Test func invalidUTF8InATable() throws {
        let workshop = try Workshop()
        try workshop.write(Data("id\ttext\tlabel\n0\troad ".utf8) + [0xFF] + Data("\tclosure\n".utf8), "data/train.tsv")
        try expectFailure(workshop, ["train.tsv:2", "UTF-8"])
    }

    @Test func tooManyUnusableRecords() throws {
        let workshop = try Workshop()
        let text = String(decoding: try workshop.data("data/train.tsv"), as: UTF8.self) + "99\tno label\n98\tno label\n"
        try workshop.write(text, "data/train.tsv")
        try workshop.write(Workshop.pipeline.replacingOccurrences(of: "path: data", with: "path: data, rejects: 1"), "tiny.yaml")
        try expectFailure(workshop, ["2 records", "1 are allowed", "line 50"])
    }

    @Test func invalidUTF8InAPipeline() throws {
        let workshop = try Workshop()
        try workshop.write(Data([0x6E, 0x3A, 0x20, 0xFF]), "tiny.yaml")
        try expectFailure(workshop, ["tiny.yaml", "UTF-8"], code: 64)
    }

    @Test(arguments: [
        ("road\nroad\n", "line", "'road'"), ("", "empty", "vocab.txt"), ("[PAD]\n[UNK]\n[SEP]\n[MASK]\nroad\n", "'[CLS]'", "vocab.txt"),
    ])
    func badVocabularies(_ text: String, _ first: String, _ second: String) throws {
        let workshop = try Workshop()
        try workshop.write(text, "vocab/vocab.txt")
        let outcome = try workshop.run("tokenize", "--vocabulary", "vocab", "--lines", "-", input: "road\n")
        #expect(outcome.code == 1 && outcome.out.isEmpty)
        #expect(outcome.err.contains(second) && (outcome.err.contains(first) || outcome.err.contains("vocab.txt:2")), "\(outcome.err)")
    }

    @Test func aVocabularyOfAnotherSizeThanTheModel() throws {
        let workshop = try Workshop.copy()
        let text = String(decoding: try workshop.data("runs/tiny/export/vocab.txt"), as: UTF8.self)
        try workshop.write(text + "extra\n", "runs/tiny/export/vocab.txt")
        let outcome = try workshop.run("predict", "--model", "runs/tiny/export", "--lines", "-", input: "road\n")
        #expect(outcome.code == 1 && outcome.err.contains("17 tokens") && outcome.err.contains("16"), "\(outcome.err)")
    }

    @Test(arguments: ["truncated", "header", "pytorch", "missing", "shape", "nan", "config", "type", "extra"])
    func badModels(_ kind: String) throws {
        let workshop = try Workshop.copy()
        let (weights, config) = ("runs/tiny/export/model.safetensors", "runs/tiny/export/config.json")
        let bytes = try workshop.data(weights)
        let configuration = String(decoding: try workshop.data(config), as: UTF8.self)
        func rename(_ old: String, _ new: String) throws {
            // Names of equal length keep the header's length.
            var bytes = bytes
            let range = try #require(bytes.range(of: Data(old.utf8)))
            bytes.replaceSubrange(range, with: Data(new.utf8))
            try workshop.write(bytes, weights)
        }
        let says: [String]
        switch kind {
        case "truncated":
            try workshop.write(bytes.prefix(bytes.count - 100), weights)
            says = ["model.safetensors", "truncated"]
        case "header":
            try workshop.write(Data([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) + bytes.dropFirst(8), weights)
            says = ["model.safetensors", "header"]
        case "pytorch":
            try workshop.remove(weights)
            try workshop.write("x", "runs/tiny/export/pytorch_model.bin")
            says = ["pytorch_model.bin", "safe_serialization"]
        case "missing":
            try workshop.write(configuration.replacingOccurrences(of: "\"num_hidden_layers\" : 1", with: "\"num_hidden_layers\" : 2"), config)
            says = ["missing", "layer.1"]
        case "shape":
            try workshop.write(configuration.replacingOccurrences(of: "\"vocab_size\" : 16", with: "\"vocab_size\" : 17"), config)
            says = ["word_embeddings", "[16, 8]", "[17, 8]"]
        case "nan":
            var spoilt = bytes
            spoilt.replaceSubrange(spoilt.count - 4..<spoilt.count, with: [0, 0, 0xC0, 0x7F])
            try workshop.write(spoilt, weights)
            says = ["NaN"]
        case "config":
            try workshop.write("{ \"hidden_size\": ", config)
            says = ["config.json", "JSON"]
        case "type":
            try workshop.write(configuration.replacingOccurrences(of: "\"model_type\" : \"bert\"", with: "\"model_type\" : \"gpt2\""), config)
            says = ["config.json", "gpt2"]
        default:
            try rename("classifier.bias", "classifier.biaz")
            says = ["classifier.bia"]
        }
        let outcome = try workshop.run("predict", "--model", "runs/tiny/export", "--lines", "-", input: "road\n")
        #expect(outcome.code == 1 && outcome.out.isEmpty)
        for words in says { #expect(outcome.err.contains(words), "\(outcome.err)") }
    }

    @Test(arguments: [("jam", "queue", "no label 'jam'"), ("LABELS", "", "LABEL_0")])
    func aTeacherWithOtherLabels(_ old: String, _ new: String, _ says: String) throws {
        let workshop = try Workshop.copy()
        var text = String(decoding: try workshop.data("runs/tiny/export/config.json"), as: UTF8.self)
        if old == "LABELS" {
            for (index, label) in Workshop.labels.enumerated() { text = text.replacingOccurrences(of: "\"\(label)\"", with: "\"LABEL_\(index)\"") }
        } else {
            text = text.replacingOccurrences(of: "\"\(old)\"", with: "\"\(new)\"")
        }
        try workshop.write(text, "runs/tiny/export/config.json")
        let arguments = ["evaluate", "--model", "runs/tiny/export", "--descriptor", "tiny-corpus.yaml", "--path", "data"]
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == 1 && outcome.out.isEmpty)
        #expect(outcome.err.contains(says) && outcome.err.contains("closure"), "\(outcome.err)")
        if old == "LABELS" {
            let stated = try Command.run(arguments + ["--labels", "closure,jam,other"], in: workshop.folder)
            #expect(stated.code == 0 && stated.out.contains("accuracy"), "\(stated.err)")
        }
    }

    @Test(arguments: ["flip", "cut", "manifest"])
    func aDamagedCache(_ kind: String) throws {
        let workshop = try Workshop.copy()
        let shard = "runs/tiny/features/train/shard-00000.lz4"
        var bytes = try workshop.data(shard)
        switch kind {
        // In every part of it: a student reads the states and the ids, and no more.
        case "flip": for part in 1..<10 { bytes[bytes.count * part / 10] ^= 4 }
        case "cut": bytes = bytes.prefix(bytes.count - 40)
        default: try workshop.remove("runs/tiny/features/train/manifest.json")
        }
        try workshop.write(bytes, shard)
        let outcome = try workshop.run("verify", "runs/tiny/features/train")
        #expect(outcome.code == 1 && outcome.out.isEmpty)
        #expect(outcome.err.contains("features/train"), "\(outcome.err)")
        #expect(outcome.err.contains(kind == "manifest" ? "manifest.json" : "damaged"), "\(outcome.err)")
        // Another seed would train from it.
        let again = try workshop.run("run", "tiny.yaml", "--set", "seed=7", "--progress", "none")
        #expect(again.code == 1 && again.err.contains("features"), "\(again.err)")
    }

    @Test func aChangedOutputOfAFinishedStage() throws {
        let workshop = try Workshop.copy()
        var bytes = try workshop.data("runs/tiny/finetune/model.safetensors")
        bytes[bytes.count - 5] ^= 1
        try workshop.write(bytes, "runs/tiny/finetune/model.safetensors")
        let outcome = try workshop.run("run", "tiny.yaml")
        #expect(outcome.code == 1 && outcome.err.contains("model.safetensors") && outcome.err.contains("changed"), "\(outcome.err)")
    }

    @Test func aStaleCacheIsRefusedByName() throws {
        let workshop = try Workshop.copy()
        try workshop.write("road closed\nfog\n", "lines.txt")
        func features(_ layers: String, _ precision: String) throws -> Outcome {
            try workshop.run(
                "features", "--model", "runs/tiny/finetune", "--lines", "lines.txt", "--layers", layers, "--precision", precision,
                "--output", "cache", "--progress", "none")
        }
        #expect(try features("1,2", "float32").code == 0)
        let precision = try features("1,2", "float16")
        #expect(precision.code == 1 && precision.err.contains("precision"), "\(precision.err)")
        let layers = try features("2", "float32")
        #expect(layers.code == 1 && layers.err.contains("layers"), "\(layers.err)")
        try workshop.write("road closed\nroad\n", "lines.txt")
        let corpus = try features("1,2", "float32")
        #expect(corpus.code == 1 && corpus.err.contains("corpus"), "\(corpus.err)")
        let beyond = try features("3", "float32")
        #expect(beyond.code == 1 && beyond.err.contains("layer 3"), "\(beyond.err)")
    }

    @Test func aFolderOfOtherFilesIsNotFilled() throws {
        let workshop = try Workshop.copy()
        let outcome = try workshop.run(
            "finetune", "--model", "runs/tiny/finetune", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--output", "data",
            "--max-length", "12", "--progress", "none")
        #expect(outcome.code == 1 && outcome.err.contains("holds other files"), "\(outcome.err)")
    }

    @Test(.enabled(if: getuid() != 0 || FileManager.default.fileExists(atPath: Command.setpriv), "root may write anywhere"))
    func aFolderWithoutPermission() throws {
        let workshop = try Workshop()
        try FileManager.default.createDirectory(atPath: workshop.folder + "/runs", withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: workshop.folder + "/runs")
        let outcome = try Command.run(["run", "tiny.yaml", "--progress", "none"], in: workshop.folder, asNobody: getuid() == 0)
        #expect(outcome.code == 1 && outcome.err.contains("runs") && outcome.err.contains("permission"), "\(outcome.err)")
        #expect(!workshop.exists("runs/tiny"))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
    func aFullDisk() throws {
        let workshop = try Workshop.copy()
        try workshop.write("fog\n", "lines.txt")
        #expect(
            try workshop.run("features", "--model", "runs/tiny/finetune", "--lines", "lines.txt", "--output", "cache", "--progress", "none").code == 0)
        let outcome = try workshop.run("export", "cache", "--safetensors", "/dev/full")
        #expect(outcome.code == 1 && outcome.err.contains("no space"), "\(outcome.err)")
    }

    @Test func aReaderThatGoesAwayIsNoError() throws {
        let workshop = try Workshop()
        try workshop.write(String(repeating: "road closed\n", count: 200_000), "lines.txt")
        try workshop.shell("{ '\(Command.path)' tokenize --vocabulary vocab --lines lines.txt; echo $? > code; } 2> err | head -1 > first")
        #expect(String(decoding: try workshop.data("first"), as: UTF8.self) == "2 5 13 3\n")
        #expect(String(decoding: try workshop.data("code"), as: UTF8.self) == "0\n")
        #expect(try workshop.data("err").isEmpty)
    }
}
