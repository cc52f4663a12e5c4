import BERT
import Kernels
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import Features

@Suite struct FeatureExtractionTests {
    @Test(arguments: [2, 3])
    func threadsDoNotChangeAByte(threads: Int) throws {
        let folder = TemporaryFolder()
        for count in [1, threads] { try Teacher.fill(folder.path + "/\(count)", Teacher.specification([1, 2, 3], .bfloat16), threads: count) }
        let files = try folder.files()
        let names = files.keys.filter { $0.hasPrefix("1/") }
        #expect(names.count > 4)
        for name in names { #expect(files[name] == files["\(threads)/" + name.dropFirst(2)], "\(name)") }
    }

    /// Stopped after every batch and begun again, the folder ends with the bytes of one that was not.
    @Test func goesOnWhereItWasCutOff() throws {
        let folder = TemporaryFolder()
        let specification = try Teacher.specification([1, 3], .bfloat16, shardBytes: 4000)
        try Teacher.fill(folder.path + "/whole", specification)
        var stops = 0
        while true {
            let batches = Atomic<Int>(0)
            let limit = stops % 3 + 1
            do {
                try Teacher.extraction(specification) { _ in batches.add(1, ordering: .relaxed).newValue > limit }.run(
                    Teacher.source, fingerprints: Teacher.fingerprints, labels: Teacher.labels, into: folder.path + "/parts")
                break
            } catch FeaturesError.interrupted {
                stops += 1
                try #require(stops < 200, "each try gets further")
            }
        }
        #expect(stops > 2)
        let files = try folder.files()
        for (name, bytes) in files where name.hasPrefix("whole/") {
            #expect(files["parts/" + name.dropFirst("whole/".count)] == bytes, "\(name)")
        }
    }

    /// Statistics that a kill kept from being written are made when the stage goes on.
    @Test func missingStatisticsAreMadeAnew() throws {
        let folder = TemporaryFolder()
        let specification = try Teacher.specification()
        try Teacher.fill(folder.path + "/cache", specification)
        let statistics = try folder.contents("cache/statistics.json")
        try folder.remove("cache/statistics.json")
        try Teacher.fill(folder.path + "/cache", specification)
        #expect(try folder.contents("cache/statistics.json") == statistics)
    }

    @Test func nothingThatIsNotFiniteIsStored() throws {
        let folder = TemporaryFolder()
        let model = BERTModel(random: Teacher.model.configuration, seed: 5)
        model.weights["bert.encoder.layer.1.output.dense.bias"]!.fill(.infinity)
        let extraction = FeatureExtraction(
            model: model, specification: try Teacher.specification([2]), logitOrder: Teacher.order, workers: .one)
        #expect { try extraction.run(Teacher.source, fingerprints: [:], labels: Teacher.labels, into: folder.path + "/cache") } throws: {
            "\($0)".contains("layer.2") && "\($0)".contains("NaN or infinity")
        }
        #expect(throws: FeaturesError.self) { try FeatureCache(folder.path + "/cache") }
    }

    /// What float16 cannot hold is refused, not stored as infinity.
    @Test func statesBeyondFloat16AreRefused() throws {
        let folder = TemporaryFolder()
        let model = BERTModel(random: Teacher.model.configuration, seed: 5)
        model.weights["bert.encoder.layer.1.output.LayerNorm.weight"]!.fill(70_000)
        for (precision, isTaken) in [(Precision.float16, false), (.bfloat16, true)] {
            let extraction = FeatureExtraction(
                model: model, specification: try Teacher.specification([2], precision), logitOrder: Teacher.order, workers: .one)
            let result = Result { try extraction.run(Teacher.source, fingerprints: [:], labels: Teacher.labels, into: folder.path + "/\(precision)") }
            #expect(((try? result.get()) != nil) == isTaken, "\(result)")
        }
    }

    @Test func tokensBeyondTheModelAreRefused() throws {
        let folder = TemporaryFolder()
        let source = FeatureSource([TokenSequence(ids: [3, 50], types: [0, 0])])
        let specification = try FeatureSpecification(layers: [1, 3], tensors: [.hidden], of: Teacher.model)
        #expect(throws: FeaturesError.self) {
            try Teacher.extraction(specification).run(source, fingerprints: [:], labels: .none, into: folder.path + "/cache")
        }
    }
}
