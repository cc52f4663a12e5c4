import FoundationEssentials
import TestSupport
import Testing

@testable import Corpora

/// Reads made-up rows as a split of a corpus.
func read(_ text: String, _ descriptor: CorpusDescriptor, _ split: String = "train") throws(CorporaError) -> ReadResult {
    try read(Array(text.utf8), descriptor, split)
}

func read(_ bytes: [UInt8], _ descriptor: CorpusDescriptor, _ split: String = "train") throws(CorporaError) -> ReadResult {
    var result = ReadResult(hasHeader: descriptor.layout(of: split).header)
    try CorpusReader(descriptor).forEach(
        in: bytes.span, split: split, path: "made-up.tsv", readsLabels: true, wrap: { $0 }
    ) { record throws(CorporaError) in result.add(record, keptRejects: .max) }
    return result
}

/// A table of rows parted by "|" for the eye, by tabs for the reader.
func rows(_ rows: String...) -> String { rows.map { $0.replacing("|", with: "\t") + "\n" }.joined() }

/// A folder with files, gone after the body.
func withFolder<Value>(_ files: [String: [UInt8]], _ body: (String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "limbeck-corpora-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    return try body(folder.path)
}

extension Corpora.ReadResult {
    var texts: [String] { examples.map(\.text) }
    var categories: [String?] {
        examples.map { if case .category(let name) = $0.label { name } else { nil } }
    }
}

/// The real GLUE files; nil where they are not here.
let realGLUE: String? = FileManager.default.fileExists(atPath: realData + "/glue") ? realData + "/glue" : nil

let withoutGLUE: Comment = "the real GLUE files are not here; set LIMBECK_SHARED to the folder that has data/glue"
