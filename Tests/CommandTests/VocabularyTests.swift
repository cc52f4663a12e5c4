import Foundation
import Testing

/// `limbeck vocabulary`, and `limbeck bench tokenizer`.
@Suite struct VocabularyTests {
    private func lines() -> String {
        let words = zip(Workshop.words, ["", "s", "ing", "", "ern", "ward", "s", "ed"]).map { $0 + $1 }
        return (0..<4000).map { line in (0..<(1 + line % 9)).map { words[(line * 5 + $0 * 3) % words.count] }.joined(separator: " ") + "\n" }.joined()
    }

    @Test func itIsTrainedAndUsed() throws {
        let workshop = try Workshop()
        try workshop.write(lines(), "lines.txt")
        let trained = try workshop.run("vocabulary", "--lines", "lines.txt", "--size", "100", "--special", "<x>", "--output", "trained")
        #expect(trained.code == 0, "\(trained.err)")
        let tokens = String(decoding: try workshop.data("trained/vocab.txt"), as: UTF8.self).split(separator: "\n")
        #expect(tokens.prefix(6) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<x>"] && tokens.count <= 100 && tokens.contains("bridges"))
        let ids = try workshop.run("tokenize", "--vocabulary", "trained", "--lines", "-", "--no-special", input: "Bridges<x>\n")
        #expect(ids.out == "\(try #require(tokens.firstIndex(of: "bridges"))) 5\n")
        let again = try workshop.run("vocabulary", "--lines", "lines.txt", "--output", "trained")
        #expect(again.code == 64 && again.err.contains("trained/vocab.txt"), "\(again.err)")
    }

    @Test func threadsAndPartsDoNotMatter() throws {
        let workshop = try Workshop()
        let text = lines()
        try workshop.write(text, "lines.txt")
        try workshop.write(String(text.prefix(20_000)), "a.txt")
        try workshop.write(String(text.dropFirst(20_000)), "b.txt")
        func train(_ arguments: [String], _ output: String) throws -> Data {
            let outcome = try Command.run(["vocabulary", "--size", "100", "--output", output] + arguments, in: workshop.folder)
            #expect(outcome.code == 0, "\(outcome.err)")
            return try workshop.data(output + "/vocab.txt")
        }
        let whole = try train(["--lines", "lines.txt", "--threads", "1"], "one")
        #expect(try train(["--lines", "lines.txt", "--threads", "3"], "three") == whole)
        // The text is cut within a word, which counts as two.
        try #require(text.dropFirst(19_999).first != " ")
        let cut = text.utf8.prefix(20_000).lastIndex(of: 0x0A)!
        try workshop.write(String(text[...cut]), "a.txt")
        try workshop.write(String(text[text.index(after: cut)...]), "b.txt")
        #expect(try train(["--lines", "b.txt", "--lines", "a.txt"], "parts") == whole)
    }

    @Test func aCorpusWillDoAndCaseIsKept() throws {
        let workshop = try Workshop()
        let outcome = try workshop.run(
            "vocabulary", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--size", "100", "--cased", "--output", "trained")
        #expect(outcome.code == 0 && outcome.err.contains("not 100"), "\(outcome.err)")
        let config = try JSONSerialization.jsonObject(with: try workshop.data("trained/tokenizer_config.json")) as? [String: Any]
        #expect(config?["do_lower_case"] as? Bool == false)
    }

    @Test func whatIsNotUTF8IsCounted() throws {
        let workshop = try Workshop()
        let outcome = try Command.run(
            ["vocabulary", "--lines", "-", "--size", "100", "--output", "trained"], in: workshop.folder, input: Data("fog fog\n".utf8) + [0xC3, 0x28, 0x0A] + Data("fog".utf8))
        #expect(outcome.code == 2 && outcome.err.contains("line 2"), "\(outcome.err)")
        #expect(String(decoding: try workshop.data("trained/vocab.txt"), as: UTF8.self).contains("\nfog\n"))
        let none = try workshop.run("vocabulary", "--lines", "-", "--size", "100", "--output", "none", input: " \n")
        #expect(none.code == 1 && none.err.contains("no words") && !workshop.exists("none/vocab.txt"), "\(none.err)")
    }

    @Test func theTokenizerIsTimed() throws {
        let workshop = try Workshop()
        try workshop.write("Road closed\n\nfog", "lines.txt")
        let outcome = try workshop.run("bench", "tokenizer", "--vocabulary", "vocab", "--text", "lines.txt", "--threads", "2")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
        #expect(report["bytes"] as? Int == 14 && report["lines"] as? Int == 3 && report["ids"] as? Int == 3)
        #expect((report["oneThread"] as? [String: Any])?["coldSeconds"] is Double && (report["threads"] as? [String: Any])?["count"] as? Int == 2)
    }
}
