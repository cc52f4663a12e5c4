import Testing

@testable import Corpora

/// The layouts of the official files, on made-up rows.
@Suite struct GLUELayoutTests {
    @Test func colaHasAHeaderOnlyInTest() throws {
        let cola = GLUETask.cola.descriptor
        let train = try read(rows("xx01|1||A cat sat.", "xx01|0|*|Sat cat a.", "xx02|0||Went ever.", "xx02|1| |He left."), cola)
        #expect(train.texts == ["A cat sat.", "Sat cat a.", "Went ever.", "He left."])
        // The author's mark is not the label.
        #expect(train.categories == ["1", "0", "0", "1"])
        #expect(train.examples[0].line == 1)
        let test = try read(rows("index|sentence", "0|A dog ran."), cola, "test")
        #expect(test.examples == [Example(text: "A dog ran.", id: "0", line: 2)])
    }

    @Test func sst2MovesItsSentenceInTest() throws {
        let sst2 = GLUETask.sst2.descriptor
        #expect(try read(rows("sentence|label", "a fine film |1"), sst2).examples == [
            Example(text: "a fine film ", label: .category("1"), line: 2)
        ])
        #expect(try read(rows("index|sentence", "0|a dull film"), sst2, "test").texts == ["a dull film"])
    }

    @Test func mrpcPutsTheIndexWhereTheLabelWas() throws {
        let mrpc = GLUETask.mrpc.descriptor
        let header = "\u{FEFF}Quality|#1 ID|#2 ID|#1 String|#2 String"
        let labelled = Example(text: "It rose.", pair: "It went up.", label: .category("1"), line: 2)
        #expect(try read(rows(header, "1|17|0018|It rose.|It went up."), mrpc).examples == [labelled])
        #expect(try read(rows(header, "1|17|18|It rose.|It went up."), mrpc, "test_labelled").examples == [labelled])
        let test = try read(rows("index|#1 ID|#2 ID|#1 String|#2 String", "0|17|18|It fell.|It sank."), mrpc, "test")
        #expect(test.examples == [Example(text: "It fell.", pair: "It sank.", id: "0", line: 2)])
        // A labelled file in the place of the test file is refused, not read as if 0 and 1 were row numbers.
        #expect(throws: CorporaError.self) { try read(rows(header, "1|17|18|a|b"), mrpc, "test") }
    }

    @Test func stsbHasScores() throws {
        let stsb = GLUETask.stsb.descriptor
        let header = "index|genre|filename|year|old_index|source1|source2|sentence1|sentence2"
        let train = try read(rows(header + "|score", "4|news|f|2012test|0001|n|n|A man.|A boy.|3.800"), stsb)
        #expect(train.examples == [Example(text: "A man.", pair: "A boy.", label: .score(3.8), id: "4", line: 2)])
        let test = try read(rows(header, "0|news|f|2012test|0001|n|n|A man.|A boy."), stsb, "test")
        #expect(test.examples == [Example(text: "A man.", pair: "A boy.", id: "0", line: 2)])
    }

    @Test func qqpLosesRowsWithoutALabelAndKeepsDoubledQuotes() throws {
        let qqp = GLUETask.qqp.descriptor
        let header = "id|qid1|qid2|question1|question2|is_duplicate"
        let train = try read(
            rows(header, "9|1|2|Why?|Why not? 0", "404000|3|4|\"Is \"\"it\"\" so?\"|Is it?|1", "8|||?|Hh|0"), qqp)
        #expect(train.rejects.map(\.line) == [2])
        #expect(train.texts == ["\"Is \"\"it\"\" so?\"", "?"])
        #expect(train.examples.map(\.id) == ["404000", "8"])
        #expect(try read(rows("id|question1|question2", "0|Who?|When?"), qqp, "test").examples == [
            Example(text: "Who?", pair: "When?", id: "0", line: 2)
        ])
    }

    @Test func mnliFindsItsLabelByName() throws {
        let mnli = GLUETask.mnli.descriptor
        let common = "index|promptID|pairID|genre|sentence1_binary_parse|sentence2_binary_parse|sentence1_parse|sentence2_parse|sentence1|sentence2"
        let row = "0|1|1n|fiction|( a )|( b )|(A a)|(B b)|It rains. |It is dry."
        let expected = Example(text: "It rains. ", pair: "It is dry.", label: .category("contradiction"), id: "0", line: 2)
        #expect(try read(rows(common + "|label1|gold_label", row + "|neutral|contradiction"), mnli).examples == [expected])
        let dev = try read(
            rows(
                common + "|label1|label2|label3|label4|label5|gold_label",
                row + "|neutral|neutral|contradiction|contradiction|contradiction|contradiction",
                row + "|neutral||||entailment|-"), mnli, "dev_matched")
        #expect(dev.examples == [expected])
        #expect(dev.rejects.map(\.line) == [3])
        let test = try read(rows(common, row), mnli, "test_mismatched")
        #expect(test.examples.map(\.label) == [nil])
        #expect(test.examples.map(\.pair) == ["It is dry."])
    }

    @Test(arguments: [GLUETask.qnli, .rte, .wnli])
    func pairsWithAnIndex(_ task: GLUETask) throws {
        let header = task == .qnli ? "index|question|sentence" : "index|sentence1|sentence2"
        guard case .categories(let labels) = task.labels else { return }
        let found = try read(rows(header + "|label", "0|a|b|\(labels[1])", "1|c|d|\(labels[0])"), task.descriptor, "dev")
        #expect(found.categories == [labels[1], labels[0]])
        #expect(found.examples.map(\.pair) == ["b", "d"])
        #expect(try read(rows(header, "0|a|b"), task.descriptor, "test").examples == [
            Example(text: "a", pair: "b", id: "0", line: 2)
        ])
    }

    @Test func wnliHasNumbersNotNames() throws {
        #expect(throws: CorporaError.unknownLabel(path: "made-up.tsv", line: 2, label: "entailment", labels: ["0", "1"])) {
            try read(rows("index|sentence1|sentence2|label", "0|a|b|entailment"), GLUETask.wnli.descriptor)
        }
    }

    @Test func theDiagnosticSetIsReadWithAndWithoutLabels() throws {
        let ax = GLUETask.ax.descriptor
        #expect(try read(rows("index|sentence1|sentence2", "0|a|b"), ax, "test").examples.map(\.pair) == ["b"])
        let full = rows("Logic|Domain|Premise|Hypothesis|Label", "Negation|News|a|b|neutral")
        #expect(try read(full, ax, "test_labelled").categories == ["neutral"])
    }

    @Test func oneTasksFileIsRefusedByAnother() throws {
        let qqp = rows("id|qid1|qid2|question1|question2|is_duplicate", "1|1|1|a|b|0")
        for task in GLUETask.allCases where task != .qqp {
            #expect(throws: CorporaError.self, "\(task)") { try read(qqp, task.descriptor, task.splits[0]) }
        }
    }
}
