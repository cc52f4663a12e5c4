import Testing

@testable import Files

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct LineReaderTests {
    private func lines(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let path = "/tmp/limbeck-lines-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? Folder.removeFile(path) }
        try AtomicFile.write(bytes, to: path)
        let reader = try LineReader(path)
        var lines: [[UInt8]] = []
        while let line = try reader.next() { lines.append(line) }
        #expect(try reader.next() == nil, "the end stays the end")
        return lines
    }

    @Test(arguments: [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]), ("\n\n", ["", ""]), ("a\r\nb\u{0}c", ["a\r", "b\u{0}c"]),
    ] as [(String, [String])])
    func onlyALineFeedEndsALine(_ text: String, _ expected: [String]) throws {
        #expect(try lines(Array(text.utf8)) == expected.map { Array($0.utf8) })
    }

    /// Lines that end, begin or are empty just where a piece of the file ends.
    @Test(arguments: [-2, -1, 0, 1, 2])
    func piecesJoin(_ offset: Int) throws {
        let piece = 1 << 18
        let first = [UInt8](repeating: 0x61, count: piece + offset)
        let second = [UInt8](repeating: 0x62, count: 3 * piece - offset)
        let bytes = first + [0x0A, 0x0A] + second + [0x0A] + [0x63]
        #expect(try lines(bytes) == [first, [], second, [0x63]])
    }

    @Test func aLineThatIsTooLongIsNumbered() throws {
        let path = "/tmp/limbeck-lines-\(getpid())-long"
        defer { try? Folder.removeFile(path) }
        try AtomicFile.write([0x61, 0x0A] + [UInt8](repeating: 0x62, count: LineReader.longestLine + 1), to: path)
        let reader = try LineReader(path)
        #expect(try reader.next() == [0x61])
        #expect { try reader.next() } throws: { "\($0)".contains("line 2 is longer") }
    }

    @Test func whoAsksToStopIsHeard() throws {
        let reader = try LineReader("/dev/zero", isInterrupted: { true })
        #expect(throws: FilesError.interrupted) { try reader.next() }
        #expect(throws: FilesError.isFolder(path: "/tmp")) { try LineReader("/tmp") }
    }
}
