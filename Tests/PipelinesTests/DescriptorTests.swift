import Corpora
import TestSupport
import Testing

@testable import Pipelines

@Suite struct DescriptorTests {
    private func find(_ name: String) throws -> CorpusDescriptor {
        try CorpusDescriptor.find(name, error: { .usage($0) }) { $0.hasPrefix("/") ? $0 : nil }.descriptor
    }

    /// corpora/glue says in YAML what the program has built in.
    @Test(arguments: GLUETask.allCases)
    func theYAMLOfATaskIsItsDescriptor(task: GLUETask) throws {
        let written = try find(package + "/corpora/glue/\(task.descriptorName).yaml")
        #expect(written == (try find("glue/\(task.rawValue)")))
    }

    @Test(arguments: [
        ("", "it is empty"), ("name: a\nsplits: { train: a.tsv", "line"), ("name: a\nname: b\n", "stands twice"),
        ("- a\n", "top level"), ("splits: { train: a.tsv }\ncolumns: { text: text }\n", "'name' is missing"),
        ("name: a\nsplits: { train: a.tsv }\ncolumns: { txt: text }\n", "txt"), ("name: a\nsplits: 3\ncolumns: { text: text }\n", "splits"),
    ])
    func whatIsWrongIsNamed(_ text: String, _ says: String) throws {
        let folder = TemporaryFolder()
        try folder.write(text, to: "corpus.yaml")
        let error = #expect(throws: PipelinesError.self) { try find(folder.path + "/corpus.yaml") }
        let description = error?.description ?? ""
        #expect(description.contains("corpus.yaml") && description.contains(says), "\(description)")
    }
}
