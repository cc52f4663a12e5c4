import Foundation
import TestSupport
import Testing

/// The built command beside the libraries that its users know, where they are installed.
@Suite struct ReferenceTests {
    static let glue = realData + "/glue"

    /// Every line and every pair of GLUE, at 128 and at 32.
    @Test(
        .enabled(if: Python.interpreter != nil && Python.teacher != nil, "\(Python.teacherAbsent)"),
        .enabled(if: FileManager.default.fileExists(atPath: glue), "the real GLUE files are not here; set LIMBECK_SHARED"))
    func tokensAreThoseOfTokenizers() throws {
        let (code, output) = try Python.run(
            "tokenizer_compare.py",
            ["--ours", "\(Command.path) tokenize", "--vocabulary", try #require(Python.teacher), "--glue", Self.glue])
        #expect(code == 0, "\(output)")
    }

    /// The reader that the format's description prints takes every precision, and no damage.
    @Test(.enabled(if: Python.interpreter != nil, "\(Python.absent)"), arguments: ["float32", "float16", "bfloat16"])
    func thePrintedReaderReads(precision: String) throws {
        let workshop = try Workshop.copy()
        try workshop.write(String(repeating: "road closed north\nfog\n\nlane queue bridge exit km\n", count: 9), "lines.txt")
        for arguments in [
            ["features", "--model", "runs/tiny/finetune", "--lines", "lines.txt", "--precision", precision, "--output", "cache"],
            ["export", "cache", "--safetensors", "states.safetensors"],
        ] {
            let outcome = try Command.run(arguments, in: workshop.folder)
            #expect(outcome.code == 0, "\(outcome.err)")
        }
        let (code, output) = try Python.run("shards_read.py", [workshop.folder + "/cache", workshop.folder + "/states.safetensors"])
        #expect(code == 0, "\(output)")
    }

    /// States of a real teacher on the traffic messages, through cache and export.
    @Test(.enabled(if: Python.interpreter != nil && Python.teacher != nil, "\(Python.teacherAbsent)"))
    func statesAreThoseOfTransformers() throws {
        let (folder, teacher) = (TemporaryFolder(), try #require(Python.teacher))
        let messages = try String(contentsOfFile: package + "/corpora/traffic/dev.tsv", encoding: .utf8)
        try folder.write(
            messages.split(separator: "\n").dropFirst().prefix(60).map { $0.split(separator: "\t")[1] + "\n" }.joined(), to: "lines.txt")
        for arguments in [
            ["features", "--model", teacher, "--lines", "lines.txt", "--precision", "float32", "--output", "cache"],
            ["export", "cache", "--safetensors", "states.safetensors"],
        ] {
            let outcome = try Command.run(arguments, in: folder.path)
            #expect(outcome.code == 0, "\(outcome.err)")
        }
        let (code, output) = try Python.run(
            "bert_compare.py",
            ["--model", teacher, "--lines", folder.path + "/lines.txt", "--ours", folder.path + "/states.safetensors"])
        #expect(code == 0, "\(output)")
    }
}
