import Testing

@testable import Corpora

@Suite struct GLUETaskTests {
    @Test func namesAreTakenInAnySpelling() {
        for task in GLUETask.allCases {
            #expect(GLUETask(named: task.rawValue) == task)
            #expect(GLUETask(named: task.descriptorName) == task)
            #expect(GLUETask(named: "\(task)") == task)
        }
        #expect(GLUETask(named: "SST2") == .sst2)
        #expect(GLUETask(named: "sst_2") == .sst2)
        #expect(GLUETask(named: "SNLI") == nil)
        #expect(GLUETask(named: "") == nil)
    }

    @Test func labelsHaveTheOfficialOrder() {
        #expect(GLUETask.mnli.labels == .categories(["contradiction", "entailment", "neutral"]))
        #expect(GLUETask.rte.labels == .categories(["entailment", "not_entailment"]))
        #expect(GLUETask.qnli.labels == .categories(["entailment", "not_entailment"]))
        #expect(GLUETask.stsb.labels == .scores(0...5))
        #expect(GLUETask.wnli.labels == .categories(["0", "1"]))
    }

    @Test func splitsAreInOrder() {
        #expect(GLUETask.rte.splits == ["train", "dev", "test"])
        #expect(GLUETask.mnli.splits == ["train", "dev_matched", "dev_mismatched", "test_matched", "test_mismatched"])
        #expect(GLUETask.mrpc.file(for: "test_labelled") == "msr_paraphrase_test.txt")
        #expect(GLUETask.mnli.file(for: "dev") == nil)
    }

    @Test(arguments: GLUETask.allCases) func descriptorsAreSound(_ task: GLUETask) throws {
        try task.descriptor.validate()
        #expect(Set(task.splits) == Set(task.descriptor.splits.keys))
        #expect(task.descriptor.labels == task.labels)
    }
}
