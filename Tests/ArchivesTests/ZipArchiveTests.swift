import Foundation
import Testing

@testable import Archives

/// Archives, with Python's zipfile as the witness.
@Suite struct ZipArchiveTests {
    private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    @Test func equalFilesMakeEqualArchives() throws {
        let files = [(name: "a.tsv", contents: Array("index\tprediction\n".utf8)), (name: "leer.txt", contents: [])]
        let first = try ZipArchive.bytes(files)
        #expect(try ZipArchive.bytes(files) == first)
        #expect(first.starts(with: [0x50, 0x4B, 0x03, 0x04]))
    }

    @Test func aNameStandsOnce() {
        #expect(throws: ZipError.self) { try ZipArchive.bytes([(name: "a", contents: [1]), (name: "a", contents: [2])]) }
    }

    @Test(.enabled(if: hasPython, "there is no /usr/bin/python3")) func pythonReadsThem() throws {
        let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let bytes = try ZipArchive.bytes([(name: "large.bin", contents: large), (name: "größe.txt", contents: Array("ü".utf8)), (name: "empty", contents: [])])
        let file = FileManager.default.temporaryDirectory.appending(path: "limbeck-\(UUID()).zip")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import sys, zipfile, zlib; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
                + "print([(i.filename, len(z.read(i)), zlib.crc32(z.read(i)), i.date_time[:3]) for i in z.infolist()])", file.path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.contains("('large.bin', 300000, ") && text.contains("('größe.txt', 2, ") && text.contains("('empty', 0, 0, (1980, 1, 1))"), "\(text)")
    }
}
