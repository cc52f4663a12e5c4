extension GLUETask {
    /// How the task's files are laid out; corpora/glue says the same in YAML.
    public var descriptor: CorpusDescriptor {
        CorpusDescriptor(
            name: descriptorName, description: about.description, source: about.source, licence: about.licence,
            splits: Dictionary(uniqueKeysWithValues: files.map { ($0.split, $0.file) }), layout: layout,
            overrides: overrides, labels: labels,
            // Items of MultiNLI on which the annotators did not agree.
            unlabelledMarks: self == .mnli ? ["-"] : [])
    }

    private var layout: RecordLayout {
        switch self {
        // Source, label, the author's own mark (often empty, never the label), sentence.
        case .cola: RecordLayout(header: false, text: 3, label: 1, columnCount: 4)
        case .sst2: RecordLayout(text: "sentence", label: "label")
        case .mrpc: RecordLayout(text: "#1 String", pair: "#2 String", label: "Quality")
        case .stsb: RecordLayout(text: "sentence1", pair: "sentence2", label: "score", id: "index")
        case .qqp: RecordLayout(text: "question1", pair: "question2", label: "is_duplicate", id: "id")
        // The last of 12 columns in train, of 16 in the development sets: only the name is safe.
        case .mnli: RecordLayout(text: "sentence1", pair: "sentence2", label: "gold_label", id: "index")
        case .qnli: RecordLayout(text: "question", pair: "sentence", label: "label", id: "index")
        case .rte, .wnli: RecordLayout(text: "sentence1", pair: "sentence2", label: "label", id: "index")
        case .ax: RecordLayout(text: "Premise", pair: "Hypothesis", label: "Label")
        }
    }

    private var overrides: [String: RecordLayout] {
        switch self {
        case .cola, .sst2: ["test": RecordLayout(text: "sentence", id: "index")]
        // The test set's `index` stands where `Quality` stands elsewhere.
        case .mrpc: ["test": RecordLayout(text: "#1 String", pair: "#2 String", id: "index")]
        case .qqp: ["test": RecordLayout(text: "question1", pair: "question2", id: "id")]
        case .stsb, .ax: ["test": RecordLayout(text: "sentence1", pair: "sentence2", id: "index")]
        case .qnli: ["test": RecordLayout(text: "question", pair: "sentence", id: "index")]
        case .rte, .wnli: ["test": RecordLayout(text: "sentence1", pair: "sentence2", id: "index")]
        case .mnli:
            [
                "test_matched": RecordLayout(text: "sentence1", pair: "sentence2", id: "index"),
                "test_mismatched": RecordLayout(text: "sentence1", pair: "sentence2", id: "index"),
            ]
        }
    }
}
