import Features
import TestSupport
import Testing

@testable import Comparisons
@testable import Pipelines

/// What the rows of a table depend on.
@Suite struct RowFingerprintTests {
    /// A teacher as it is, a student, and a split to judge them by.
    private static let untuned = Bench.least + "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\ndistill: {}\nevaluate: { splits: [dev] }\n"
    private static let more = Bench.table + "2\ta\tham\n"

    private func bench() throws -> Bench {
        let bench = try Bench()
        try bench.saveTeacher()
        return bench
    }

    /// A constant is learnt from the training split, and it stands among the rows of the teacher.
    @Test func withoutTuningTheTeachersRowsFollowTheTrainingSplit() throws {
        let bench = try bench()
        func fingerprint(_ set: [String] = []) throws -> String { try bench.pipeline(Self.untuned, set: set).teacherFingerprint("dev") }
        let first = try fingerprint()
        #expect(try fingerprint(["seed=7", "distill.epochs=3", "evaluate.splits=[dev, test]"]) == first)
        try bench.write(Self.more, "data/test.tsv")
        #expect(try fingerprint() == first)
        try bench.write(Self.more, "data/train.tsv")
        let second = try fingerprint()
        #expect(second != first)
        try bench.write(Bench.descriptor + "overrides: { train: { columns: { text: id, label: label } } }\n", "corpus.yaml")
        #expect(try ![first, second].contains(fingerprint()), "how the split is read counts as well")
        try bench.write(Bench.descriptor, "corpus.yaml")
        try bench.write(Bench.table, "data/train.tsv")
        #expect(try fingerprint() == first)
        try bench.write(Self.more, "data/dev.tsv")
        #expect(try fingerprint() != first)
    }

    /// Rows that are there stay as they are: a tuned teacher's fingerprint has its training split.
    @Test func aTunedTeachersRowsHaveTheFingerprintOfItsTuning() throws {
        let bench = try bench()
        let pipeline = try bench.pipeline(Bench.pipeline)
        let finetune = try #require(pipeline.plan("finetune"))
        let tokens = try #require(pipeline.plan("tokens")).inputs.filter { !$0.name.hasSuffix(".train") }
        let expected = StagePlan(
            "teacher", version: 1, inputs: [("model", finetune.fingerprint), ("split", "dev")] + tokens.map { ($0.name, $0.value) })
        #expect(pipeline.teacherFingerprint("dev") == expected.fingerprint)
        try bench.write(Self.more, "data/train.tsv")
        #expect(try bench.pipeline(Bench.pipeline).teacherFingerprint("dev") != expected.fingerprint)
    }

    /// Of a named cache it is the cache that has the training split.
    @Test func withACacheTheTeachersRowsFollowTheCache() throws {
        let bench = try bench()
        try bench.fillCache("cache")
        try bench.fillCache("other", categories: [1, 1])
        let text = Bench.least.replacing("teacher: { model: teacher }\n", with: "") + "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\n"
            + "features: { cache: cache }\nevaluate: { splits: [dev] }\n"
        for objective in ["lrc", "hard"] {
            let pipeline = text + "distill: { objective: \(objective) }\n"
            let first = try bench.pipeline(pipeline).teacherFingerprint("dev")
            #expect(try bench.pipeline(pipeline, set: ["features.cache=\(bench.path)/other"]).teacherFingerprint("dev") != first, "\(objective)")
            try bench.write(Self.more, "data/train.tsv")
            #expect(try bench.pipeline(pipeline).teacherFingerprint("dev") == first, "\(objective)")
            try bench.write(Bench.table, "data/train.tsv")
        }
    }

    /// Students of one teacher in several precisions stand in one table, those of several teachers do not.
    @Test func cachesOfOneTextAndTeacherAreOfOneTeacher() throws {
        let bench = try bench()
        let prints = ["corpus": "c", "teacher": "t"]
        try bench.fillCache("first", fingerprints: prints)
        try bench.fillCache("short", precision: .float16, fingerprints: prints)
        try bench.fillCache("text", fingerprints: ["corpus": "d", "teacher": "t"])
        try bench.fillCache("teacher-2", fingerprints: ["corpus": "c", "teacher": "u"])
        try bench.fillCache("silent", fingerprints: ["corpus": "c"])
        try bench.fillCache("silent-2", categories: [1, 1], fingerprints: ["corpus": "c"])
        let text = Bench.least.replacing("teacher: { model: teacher }\n", with: "") + "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\n"
            + "distill: {}\nevaluate: { splits: [dev] }\n"
        func fingerprint(_ cache: String) throws -> String {
            try bench.pipeline(text + "features: { cache: \(cache) }\n").teacherFingerprint("dev")
        }
        #expect(try fingerprint("short") == fingerprint("first"))
        let all = try ["first", "text", "teacher-2", "silent", "silent-2"].map(fingerprint)
        #expect(Set(all).count == all.count)
    }
}
