import Foundation
import TestSupport
import Testing

@testable import Pipelines

/// YAML as values, before they mean anything.
@Suite struct YAMLTests {
    private func canonical(_ text: String, _ environment: [String: String] = [:]) throws -> String {
        try SettingTree(yaml: text, file: "made-up.yaml", environment: environment).canonical
    }

    private func refused(_ text: String) -> String { refusal { try canonical(text, ["EMPTY": ""]) } }

    // MARK: Variables

    @Test(arguments: [
        ("${X}", "v"), (#""${X}/MRPC""#, "v/MRPC"), (#""a${X}b${X}c""#, "avbvc"), ("${Y:-w}", "w"), ("${X:-w}", "v"),
        ("${EMPTY:-w}", "w"), ("${Y:-}", ""), ("${Y:-a:-b}", "a:-b"), (#""${X}${Y:-w}""#, "vw"), (#""${Y:-$X}""#, "$X"),
        ("$X", "$X"), (#""{X}""#, "{X}"), ("5$", "5$"),
    ]) func variablesAreReplaced(_ written: String, _ value: String) throws {
        #expect(try canonical("a: \(written)", ["X": "v", "EMPTY": ""]) == #"{"a":"\#(value)"}"#)
    }

    @Test func singleQuotesAreLiteral() throws {
        #expect(try canonical("a: '${X}'", ["X": "v"]) == #"{"a":"${X}"}"#)
    }

    @Test func whatAVariableHoldsIsTextAndNoYAML() throws {
        #expect(try canonical("a: ${X}", ["X": "[1, ${X}]"]) == #"{"a":"[1, ${X}]"}"#)
    }

    @Test func keysAreNoPlaceForVariables() throws {
        #expect(try canonical("${X}: 1", ["X": "v"]) == #"{"${X}":"1"}"#)
    }

    @Test(arguments: ["${Y}", "${EMPTY}", #""a${Y}""#]) func aVariableThatIsNotSetIsNamed(_ written: String) {
        let name = written.contains("EMPTY") ? "EMPTY" : "Y"
        #expect(
            refused("b: 1\na: \(written)")
                == "made-up.yaml:2:4: the variable '\(name)' is not set; run `export \(name)=...` first, or write the value here")
    }

    @Test func aVariableHasItsEnd() {
        #expect(refused("a: ${X") == "made-up.yaml:1:4: '${X' has a '${' without its '}'")
    }

    // MARK: Files that are no settings

    @Test(arguments: ["", "\n\n", "# nothing but a remark\n"]) func anEmptyFileIsNamed(_ text: String) {
        #expect(refused(text) == "made-up.yaml: it is empty")
    }

    @Test(arguments: ["- a\n- b\n", "word", "~", "[a, b]"]) func theTopIsAMapping(_ text: String) {
        #expect(refused(text) == "made-up.yaml: its top level is not a mapping of keys to values")
    }

    @Test func aKeyThatStandsTwiceIsNamedWithItsLine() {
        #expect(refused("b: 1\na: 1\nc: 1\na: 1\n").hasPrefix("made-up.yaml: line 2: key 'a' stands twice"))
        #expect(refused("b: 1\nc: { a: 1, a: 2 }\n").hasPrefix("made-up.yaml: line 2: key 'a' stands twice"))
        #expect(refused("b: { a: 1 }\nc: { a: 2 }\n") == "")
    }

    @Test(arguments: [("a: [1\n", 2), ("a: 1\nb: {{\n", 3), ("a: 1\n b: 1\n", 2), ("a: *nothing\n", 1), ("a: 1\n---\nb: 1\n", 2), ("a: \"\n", 2)])
    func whatIsNoYAMLIsFoundByItsLine(_ text: String, _ line: Int) {
        #expect(refused(text).hasPrefix("made-up.yaml: line \(line), column "), "\(refused(text))")
    }

    @Test func aKeyIsAWord() {
        #expect(refused("a: 1\nb:\n  ? [c]\n  : 1\n") == "made-up.yaml:3:3: a key is a word")
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let bench = try Bench()
        try bench.write([0x61, 0x3A, 0x20, 0xFF], "made-up.yaml")
        let path = bench.path + "/made-up.yaml"
        #expect(refusal { try SettingTree.read(path, environment: [:]) } == "\(path): it is not valid UTF-8")
    }

    @Test func aFileThatIsAbsentIsNamed() throws {
        let path = try Bench().path + "/made-up.yaml"
        #expect(refusal { try SettingTree.read(path, environment: [:]) } == "\(path): there is no such file or folder")
    }

    // MARK: Size

    @Test func aliasesRepeatWhatTheyName() throws {
        #expect(try canonical("a: &x [1, 2]\nb: *x\n") == #"{"a":["1","2"],"b":["1","2"]}"#)
    }

    @Test func aliasesCannotMakeASmallFileLarge() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 { text += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n" }
        #expect(refused(text) == "made-up.yaml: it holds too many values")
    }

    @Test func depthIsBounded() {
        #expect(refused("a: " + String(repeating: "[", count: 100_000)).contains("nesting"))
    }

    @Test func aLongListIsNoBomb() {
        #expect(refused("a: [" + String(repeating: "1, ", count: 10_000) + "]") == "")
    }

    // MARK: Canonical text

    @Test func equalSettingsHaveEqualTexts() throws {
        #expect(try canonical("b: 2\na: { d: [1, x], c: '' }") == #"{"a":{"c":"","d":["1","x"]},"b":"2"}"#)
        #expect(try canonical("a:\n  c: \"\"\n  d:\n    - 1\n    - x\nb: '2'\n") == canonical("b: 2\na: { d: [1, x], c: '' }"))
    }

    @Test(arguments: ["plain", "\"\\/", "line\nbreak\ttab\r", "\u{0}\u{1}\u{1F}", "ü 漢 😀", ""])
    func everyTextIsAStringOfJSON(_ text: String) throws {
        #expect(try JSONDecoder().decode([String].self, from: Data("[\(quoted(text))]".utf8)) == [text])
    }
}
