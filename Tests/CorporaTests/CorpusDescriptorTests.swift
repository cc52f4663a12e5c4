import FoundationEssentials
import Testing

@testable import Corpora

@Suite struct CorpusDescriptorTests {
    private let example = CorpusDescriptor(
        name: "mail", splits: ["train": "a.tsv", "test": "b.tsv"], layout: RecordLayout(text: "body", label: "kind"),
        overrides: ["test": RecordLayout(header: false, text: 1, columnCount: 3)], labels: .categories(["ham", "spam"]))

    private func decoded(_ json: String) throws -> CorpusDescriptor {
        try JSONDecoder().decode(CorpusDescriptor.self, from: Data(json.utf8))
    }

    @Test func readsItsKeys() throws {
        let found = try decoded(
            """
            {"name": "mail", "splits": {"train": "a.tsv", "test": "b.tsv"}, "columns": {"text": "body", "label": "kind"},
             "overrides": {"test": {"header": false, "columns": {"text": 1}, "columnCount": 3}}, "labels": ["ham", "spam"]}
            """)
        #expect(found == example)
        let scored = try decoded(
            #"{"name": "s", "splits": {"train": "a"}, "columns": {"text": "t", "label": "s"}, "labels": {"score": [0, 5]}}"#)
        #expect(scored.labels == .scores(0...5))
    }

    @Test(arguments: GLUETask.allCases) func survivesBeingWritten(_ task: GLUETask) throws {
        let json = try JSONEncoder().encode(task.descriptor)
        #expect(try JSONDecoder().decode(CorpusDescriptor.self, from: json) == task.descriptor)
    }

    @Test(arguments: [
        #"{"name": "s", "splits": {"train": "a"}, "columns": {"text": "t"}, "delimiter": ","}"#,
        #"{"name": "s", "splits": {"train": "a"}, "columns": {"text": "t", "lable": "l"}}"#,
        #"{"name": "s", "splits": {"train": "a"}, "columns": {"label": "l"}, "labels": ["a"]}"#,
        #"{"name": "s", "splits": {"train": "a"}, "columns": {"text": "t", "label": "l"}, "labels": {"score": [5, 0]}}"#,
    ]) func refusesWhatItDoesNotKnow(_ json: String) {
        #expect(throws: DecodingError.self) { try decoded(json) }
    }

    @Test func refusesContradictions() throws {
        func problem(_ change: (inout CorpusDescriptor) -> Void) -> String? {
            var changed = example
            change(&changed)
            do throws(CorporaError) {
                try changed.validate()
                return nil
            } catch {
                guard case .descriptor(_, let key, _) = error else { return "another error" }
                return key
            }
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.name = "" } == "name")
        #expect(problem { $0.splits = [:] } == "splits")
        #expect(problem { $0.splits["train"] = "" } == "splits.train")
        #expect(problem { $0.overrides["dev"] = $0.layout } == "overrides")
        #expect(problem { $0.checksums["dev"] = "" } == "checksums")
        #expect(problem { $0.checksums["train"] = "ABC" } == "checksums.train")
        #expect(problem { $0.layout.header = false } == "columns.text")
        #expect(problem { $0.layout.text = -1 } == "columns.text")
        #expect(problem { $0.overrides["test"]?.columnCount = 1 } == "overrides.test.columns.text")
        #expect(problem { $0.labels = nil } == "labels")
        #expect(problem { $0.labels = .categories([]) } == "labels")
        #expect(problem { $0.labels = .categories(["a", "a"]) } == "labels")
        #expect(problem { $0.labels = .categories(["a "]) } == "labels")
        #expect(problem { $0.labels = .scores(0...(.infinity)) } == "labels")
        #expect(problem { $0.layout.label = nil } == "labels")
    }

    @Test func theCanonicalTextFollowsWhatReadingDependsOn() {
        func changed(_ split: String = "train", _ change: (inout CorpusDescriptor) -> Void) -> Bool {
            var other = example
            change(&other)
            return other.canonical(of: split) != example.canonical(of: split)
        }
        #expect(!changed { $0.licence = "another" })
        #expect(!changed { $0.description = "another" })
        #expect(changed { $0.labels = .categories(["spam", "ham"]) })
        #expect(changed { $0.layout.text = "subject" })
        #expect(changed("test") { $0.overrides["test"]?.text = 2 })
        #expect(changed("test") { $0.overrides["test"]?.header = true })
        // Of another split, or of where the bytes are.
        #expect(!changed { $0.overrides["test"]?.text = 2 })
        #expect(!changed { $0.splits["train"] = "c.tsv" })
        #expect(!changed { $0.splits["more"] = "d.tsv" })
        #expect(changed { $0.unlabelledMarks = ["-"] })
    }
}
