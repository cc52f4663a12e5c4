import Foundation

/// A folder with a tiny corpus, vocabulary and pipeline, and what a run of it made.
final class Workshop: Sendable {
    let folder: String

    /// Made once, and only read: tests that change something work on a copy.
    static let finished = Result { () throws -> Workshop in
        let workshop = try Workshop()
        let outcome = try Command.run(["run", "tiny.yaml", "--progress", "none"], in: workshop.folder)
        guard outcome.code == 0 else { throw Failure(text: outcome.err) }
        return workshop
    }

    struct Failure: Error { var text: String }

    static let labels = ["closure", "jam", "other"]

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "limbeck-command-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        for (split, count) in [("train", 48), ("dev", 12), ("test", 12)] { try write(Self.table(count), "data/\(split).tsv") }
        try write(Self.vocabulary.joined(separator: "\n") + "\n", "vocab/vocab.txt")
        try write(Self.descriptor, "tiny-corpus.yaml")
        try write(Self.pipeline, "tiny.yaml")
    }

    init(copying other: Workshop) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "limbeck-command-\(UUID())").path
        try FileManager.default.copyItem(atPath: other.folder, toPath: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A copy of the finished one, to spoil.
    static func copy() throws -> Workshop { try Workshop(copying: finished.get()) }

    func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

    func write(_ data: Data, _ name: String) throws {
        let url = URL(filePath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: folder + "/" + name)) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder + "/" + name) }

    func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
        try Command.run(arguments, in: folder, input: input.map { Data($0.utf8) })
    }

    /// Runs a line of the shell in the folder, and returns its status.
    @discardableResult
    func shell(_ line: String) throws -> Int32 {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", line]
        shell.currentDirectoryURL = URL(filePath: folder)
        try shell.run()
        shell.waitUntilExit()
        return shell.terminationStatus
    }

    /// Whether a stage was begun and not finished.
    func isUnfinished(_ stage: String) throws -> Bool {
        let store = folder + "/runs/.stages"
        guard let name = try? FileManager.default.contentsOfDirectory(atPath: store).first(where: { $0.hasPrefix(stage + "-") }),
            exists("runs/.stages/\(name)/stage.json")
        else { return false }
        let mark = try JSONSerialization.jsonObject(with: data("runs/.stages/\(name)/stage.json")) as? [String: Any]
        return mark?["outputs"] == nil
    }

    /// Every file under a folder with its contents; links are left out.
    func contents(_ name: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        let root = folder + "/" + name
        for path in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? [] {
            let kind = try FileManager.default.attributesOfItem(atPath: root + "/" + path)[.type] as? FileAttributeType
            guard kind == .typeRegular else { continue }
            found[path] = try Data(contentsOf: URL(filePath: root + "/" + path))
        }
        return found
    }

    static let words = ["road", "bridge", "lane", "town", "north", "south", "km", "exit"]

    private static func table(_ count: Int) -> String {
        var text = "id\ttext\tlabel\n"
        for row in 0..<count {
            let cue = ["closed", "queue", "fog"][row % 3]
            let message = (0..<(2 + row % 5)).map { words[(row * 3 + $0 * 5) % words.count] } + [cue]
            text += "\(row)\t\(message.joined(separator: " "))\t\(labels[row % 3])\n"
        }
        return text
    }

    private static let vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + words + ["closed", "queue", "fog"]

    static let descriptor = """
        name: tiny
        splits: { train: train.tsv, dev: dev.tsv, test: test.tsv }
        columns: { text: text, label: label, id: id }
        labels: [closure, jam, other]

        """

    static let pipeline = """
        name: tiny
        corpus: { descriptor: tiny-corpus.yaml, path: data }
        tokens: { vocabulary: vocab, maxLength: 12 }
        teacher:
          architecture: { layers: 2, hidden: 16, intermediate: 32, heads: 2, positions: 16 }
          finetune: { epochs: 20, learningRate: 5.0e-3, batchSize: 8, checkpointSteps: 7 }
        features: { layers: uniform }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { epochs: 3, batchSize: 8, learningRate: 5.0e-3, checkpointSteps: 2 }
        baseline: { objective: hard }
        evaluate: { splits: [dev] }
        export: { format: huggingface }

        """
}
