import BERT
import Kernels
import Shards
import TestSupport
import Testing
import Tokens

@testable import Features

/// What each precision keeps, measured by an oracle in doubles against the exact cache.
@Suite("Promise 8: declared fidelity holds") struct PrecisionTests {
    private static func specification(_ precision: Precision) throws -> FeatureSpecification {
        try FeatureSpecification(
            layers: [1, 3], tensors: [.hidden, .cls, .mean, .pooled, .attention, .queryKeyValue, .logits], precision: precision, of: Teacher.model)
    }

    private func cosine(_ original: [Float], _ decoded: [Float], _ offset: [Float]) -> Double {
        var (product, left, right) = (0.0, 0.0, 0.0)
        for ((a, b), m) in zip(zip(original, decoded), offset) {
            let (x, y) = (Double(a) - Double(m), Double(b) - Double(m))
            (product, left, right) = (product + x * y, left + x * x, right + y * y)
        }
        return product / (left * right).squareRoot()
    }

    @Test(arguments: Precision.allCases.filter { $0 != .float32 })
    func whatIsRecordedIsWhatWasLost(precision: Precision) throws {
        let folder = TemporaryFolder()
        let exact = try Teacher.fill(folder.path + "/exact", Self.specification(.float32))
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification(precision))
        let bounds = try #require(precision.bounds)
        let all = Array(0..<cache.count)
        for (index, column) in cache.columns.enumerated() where column.isMeasured {
            let offsets = try #require(cache.offsets[index])
            let recorded = try cache.shards.float32s(Fidelity.column(column.name))
            for row in all {
                let (original, decoded) = (try exact.stored(exact.columns[index], row: row), try cache.stored(column, row: row))
                let cosines = (0..<original.rows).map {
                    cosine(original.row($0).elements, decoded.row($0).elements, offsets.vector($0).elements)
                }
                let others = cosines.dropFirst()
                let expected =
                    column.isLarge
                    ? [cosines[0], others.isEmpty ? 1 : others.reduce(0, +) / Double(others.count), others.min() ?? 1] : [cosines[0]]
                let found = recorded[row * expected.count..<(row + 1) * expected.count]
                for (e, f) in zip(expected, found) { #expect((e - Double(f)).magnitude < 2e-6, "\(column.name), row \(row)") }
                #expect(cosines.allSatisfy { $0 >= bounds.minimum }, "\(column.name), row \(row)")
            }
        }
        #expect(exact.logits(of: all).elements == cache.logits(of: all).elements)
    }

    /// Numbers so small that a scale of float16 is zero: the writer stops and names column, role, sequence and bound.
    @Test func statesThatAPrecisionLosesAreRefused() throws {
        let folder = TemporaryFolder()
        let model = BERTModel(random: Teacher.model.configuration, seed: 5)
        model.weights["bert.encoder.layer.1.output.LayerNorm.weight"]!.fill(1e-8)
        for (precision, isTaken) in [(Precision.float32, true), (.bfloat16, true), (.int8Rotated, false), (.int4Rotated, false)] {
            let extraction = FeatureExtraction(
                model: model, specification: try Teacher.specification([2], precision), logitOrder: Teacher.order, workers: .one)
            do {
                try extraction.run(Teacher.source, fingerprints: [:], labels: Teacher.labels, into: folder.path + "/\(precision)")
                #expect(isTaken)
            } catch {
                #expect(!isTaken)
                guard case .fidelity(_, "layer.2", _, _, _, let bound) = error else { throw error }
                #expect(bound == "0.99" || bound == "0.95" || bound == "0.9995")
            }
        }
    }

    /// What a reader of the cache compares is what the teacher shows, in every column.
    @Test(arguments: Precision.allCases)
    func comparesWithItsTeacher(precision: Precision) throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification(precision))
        let other = BERTModel(random: Teacher.model.configuration, seed: 6)
        for row in stride(from: 0, to: cache.count, by: 9) {
            var batch = TokenBatch()
            batch.append(ids: Teacher.sequences[row].ids, types: Teacher.sequences[row].types)
            func compare(_ model: BERTModel) throws -> [FeatureComparison] {
                try cache.compare(model.taps(batch, cache.requirement, workspace: Workspace(), on: .one), row: row)
            }
            #expect(try compare(Teacher.model).allSatisfy { $0.cosine >= $0.bound })
            #expect(try compare(other).count(where: { $0.cosine >= $0.bound }) == 0)
        }
    }

    /// A row is the nearest neighbour of its own copy.
    @Test func copiesAreNeighbours() throws {
        let folder = TemporaryFolder()
        let sequences = Teacher.sequences + [Teacher.sequences[11]]
        let specification = try FeatureSpecification(layers: [3], tensors: [.hidden], of: Teacher.model)
        let cache = try Teacher.extraction(specification).run(
            FeatureSource(sequences), fingerprints: [:], labels: .none, into: folder.path + "/cache")
        let near = try cache.neighbours(of: 11, count: 3)
        #expect(near.count == 3 && near[0].row == 70 && near[0].cosine > 0.99999)
        #expect(near[0].cosine > near[1].cosine && near[1].cosine >= near[2].cosine)
    }
}
