import Foundation
import Kernels
import Shards
import Testing
import Tokens

@testable import Features

/// Caches that the Python package wrote (`scripts/reference/golden_features.py`) and that stay as they are.
@Suite("Promise 10: caches of another writer") struct GoldenFeaturesTests {
    private static let lengths = [4, 1, 7, 3, 2, 5]

    /// The rule of the numbers: (7 a + 11 b + 13 c + 5 d) mod 64 - 31, by 16.
    private static func wave(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Float { Float((7 * a + 11 * b + 13 * c + 5 * d) % 64 - 31) / 16 }

    private static func original(_ column: FeatureColumn, row: Int) -> Matrix {
        let length = lengths[row]
        func states(_ layer: Int) -> Matrix {
            Matrix(rows: length, columns: 48, (0..<length * 48).map { wave(row, $0 / 48, $0 % 48, layer) })
        }
        switch column.kind {
        case .layer(let layer): return states(layer)
        case .cls(let layer): return states(layer).row(0)
        case .mean(let layer):
            let all = states(layer)
            return Matrix(
                rows: 1, columns: 48, (0..<48).map { column in (0..<length).reduce(Float(0)) { $0 + all[$1, column] } / Float(length) })
        case .query(let layer), .key(let layer), .value(let layer): return states(layer)
        case .pooled: return Matrix(rows: 1, columns: 48, (0..<48).map { wave(row, 3, $0, 1) })
        case .attention(let layer):
            return Matrix(
                rows: 3 * length, columns: length,
                (0..<3 * length * length).map { wave(row + $0 / length / length, $0 / length % length, $0 % length, layer) })
        }
    }

    @Test(arguments: Precision.allCases.filter { $0 != .float32 })
    func areStillRead(precision: Precision) throws {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/\(precision.rawValue)", withExtension: nil)).path
        let cache = try FeatureCache(folder)
        try cache.shards.verify()
        #expect(cache.precision == precision && cache.layers == [2, 5] && cache.hidden == 48 && cache.heads == 3 && cache.lengths == Self.lengths)
        #expect(try cache.statistics().map(\.layer) == [2, 5])
        #expect(try cache.documents() == [0, 0, 0, 1, 1, 1])
        #expect(try cache.ids() == Self.lengths.enumerated().flatMap { row, length in (0..<length).map { Int32($0 + 10 * row) } })
        #expect(try TokenTable(cache.shards).labels == (0..<6).map { .category($0 % 2) })
        #expect(cache.logits(of: Array(0..<6)).elements == (0..<6).flatMap { row in (0..<2).map { Self.wave(row, 1, $0, 2) } })
        let bounds = try #require(precision.bounds)
        for (index, column) in cache.columns.enumerated() {
            for row in 0..<6 {
                let (original, decoded) = (Self.original(column, row: row), try cache.stored(column, row: row))
                guard let offsets = cache.offsets[index] else {
                    // Sixteenths are exact in float16; bfloat16 keeps eight bits of them.
                    #expect(zip(original.elements, decoded.elements).allSatisfy { ($0 - $1).magnitude <= 0x1p-8 * $0.magnitude }, "\(column.name)")
                    continue
                }
                let found = Fidelity.ofRow(original, decoded, offsets)
                let recorded = try cache.shards.float32s(Fidelity.column(column.name))
                let width = column.isLarge ? 3 : 1
                for (ours, theirs) in zip(found, recorded[row * width..<(row + 1) * width]) {
                    #expect((ours - theirs).magnitude < 1e-5 && Double(ours) >= bounds.minimum, "\(column.name), row \(row)")
                }
            }
        }
    }
}
