import Testing

@testable import Corpora

@Suite struct PlainLinesTests {
    private func lines(_ bytes: [UInt8]) throws(CorporaError) -> [String] {
        var lines: [String] = []
        try PlainLines.forEach(of: bytes.span, path: "made-up.txt") { line, number in
            #expect(number == lines.count + 1)
            lines.append(String(copying: line))
        }
        return lines
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]), ("a\r\nb\r", ["a", "b"]),
        ("a\rb\n", ["a\rb"]), ("\u{FEFF}a\n\u{FEFF}b", ["a", "\u{FEFF}b"]), ("a\tb\n", ["a\tb"]), ("\u{FEFF}", []),
    ]) func splitsAtLineFeeds(_ text: String, _ expected: [String]) throws {
        #expect(try lines(Array(text.utf8)) == expected)
    }

    @Test func saysWhereTheBytesAreNoText() {
        #expect(throws: CorporaError.invalidUTF8(path: "made-up.txt", line: 2, offset: 3)) {
            try lines([0x61, 0x0A, 0x62, 0x80, 0x0A])
        }
    }

    @Test func readsAFile() throws {
        try withFolder(["a.txt": Array("one\ntwo".utf8)]) { folder in
            let lines = try PlainLines.read(folder + "/a.txt")
            #expect(lines == ["one", "two"])
            let error = #expect(throws: CorporaError.self) { try PlainLines.read(folder + "/b.txt") }
            #expect(error?.description == "\(folder)/b.txt: there is no such file or folder")
        }
    }
}
