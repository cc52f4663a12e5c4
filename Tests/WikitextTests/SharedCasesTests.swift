import Foundation
import TestSupport
import Testing
import Wikitext

@Suite struct SharedCasesTests {
    private struct Case: Decodable {
        var id, wikitext, ideal: String
    }

    private static let file = realData + "/wikitext-cases.jsonl"

    @Test(
        "The cases that no peer gets all right",
        .enabled(if: FileManager.default.fileExists(atPath: file), "the cases are not here; set LIMBECK_SHARED to the folder that has data"))
    func cases() throws {
        let lines = try String(contentsOfFile: Self.file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 47)
        for line in lines {
            let example = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
            let text = plain(example.wikitext, language: example.id.hasPrefix("zh") ? "zh" : "en")
            #expect(Array(text.utf8) == Array(example.ideal.utf8), "\(example.id): \(text.debugDescription)")
        }
    }
}
