import Foundation
import Testing

/// `limbeck export --huggingface`: a model's folder with all that others read, and nothing of others.
@Suite struct ModelExportTests {
    @Test func aTokenizerFileAloneGivesTheVocabularyToo() throws {
        let workshop = try Workshop.copy()
        for name in ["config.json", "model.safetensors"] { try workshop.write(workshop.data("runs/tiny/export/" + name), "alone/" + name) }
        let words = String(decoding: try workshop.data("vocab/vocab.txt"), as: UTF8.self).split(separator: "\n").map(String.init)
        let entries = words.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
        let tokenizer = """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": {"type": "BertNormalizer", "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true}, "model": {"type": "WordPiece", "vocab": {\(entries)}}}
            """
        try workshop.write(tokenizer, "alone/tokenizer.json")
        let outcome = try workshop.run("export", "alone", "--huggingface", "out")
        #expect(outcome.code == 0, "\(outcome.err)")
        let files = try workshop.contents("out")
        #expect(files["vocab.txt"] == Data((words.joined(separator: "\n") + "\n").utf8), "\(files.keys)")
        #expect(files["tokenizer.json"] == Data(tokenizer.utf8))
        for name in ["config.json", "model.safetensors"] { #expect(try files[name] == workshop.data("alone/" + name)) }
        let lines = "road closed\nfog\n"
        let expected = try workshop.run("predict", "--model", "runs/tiny/export", "--lines", "-", input: lines)
        let predicted = try workshop.run("predict", "--model", "out", "--lines", "-", input: lines)
        #expect(predicted.code == 0 && predicted.out == expected.out, "\(predicted.err)")
    }

    @Test func aFolderOfOthersIsLeftAsItIs() throws {
        let workshop = try Workshop.copy()
        try workshop.write("mine", "mine/notes.txt")
        let outcome = try workshop.run("export", "runs/tiny/distill", "--huggingface", "mine")
        #expect(outcome.code == 1 && outcome.err.contains("'mine'") && outcome.err.contains("notes.txt"), "\(outcome.err)")
        #expect(try workshop.contents("mine") == ["notes.txt": Data("mine".utf8)])
        // Nor is a model's own folder written over.
        let before = try workshop.contents("runs/tiny/distill")
        #expect(try workshop.run("export", "runs/tiny/export", "--huggingface", "runs/tiny/distill").code == 1)
        #expect(try workshop.contents("runs/tiny/distill") == before)
    }

    @Test func oneThatWasCutOffGoesOnAndNoOtherTakesItsPlace() throws {
        let workshop = try Workshop.copy()
        func export(_ stage: String) throws -> Outcome { try workshop.run("export", "runs/tiny/" + stage, "--huggingface", "out") }
        let made = try export("distill")
        #expect(made.code == 0 && made.err.contains("model.safetensors"), "\(made.err)")
        let whole = try workshop.contents("out")
        for name in ["vocab.txt", "tokenizer_config.json"] { try workshop.remove("out/" + name) }
        try workshop.write("half", "out/vocab.txt.part")
        #expect(try export("distill").code == 0)
        #expect(try workshop.contents("out") == whole)
        let again = try export("distill")
        #expect(again.code == 0 && again.err.contains("was made before"), "\(again.err)")
        // The same student without a teacher has an equal config.json.
        #expect(try workshop.data("runs/tiny/baseline/config.json") == whole["config.json"])
        let other = try export("baseline")
        #expect(other.code == 1 && other.err.contains("'model.safetensors'"), "\(other.err)")
        #expect(try workshop.contents("out") == whole)
    }
}
