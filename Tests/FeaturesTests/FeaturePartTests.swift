import Shards
import TestSupport
import Testing
import Tokens

@testable import Features

@Suite struct FeaturePartTests {
    private static func specification(_ precision: Precision) throws -> FeatureSpecification {
        try FeatureSpecification(
            layers: [1, 3], tensors: [.hidden, .cls, .logits, .embedding, .sums], precision: precision, shardBytes: 2000, of: Teacher.model)
    }

    private func fill(_ text: String, _ specification: FeatureSpecification, _ folder: String, tokens: String = "t") throws {
        let part = try #require(FeaturePart(text))
        try Teacher.extraction(specification).run(
            part: part, Teacher.source, fingerprints: ["tokens": tokens, "teacher": "w"], labels: Teacher.labels, into: folder)
    }

    /// Parts that several processes filled, in any order, make the folder of a single run, byte by byte; what a part lacks is filled in.
    @Test(arguments: [Precision.float32, .int8Rotated, .int4Rotated], [[1, 2, 3], [3, 1, 2], [2], [3, 1]])
    func partsMakeTheWhole(precision: Precision, parts: [Int]) throws {
        let folder = TemporaryFolder()
        let specification = try Self.specification(precision)
        try Teacher.fill(folder.path + "/single", specification)
        for part in parts { try fill("\(part)/3", specification, folder.path + "/joined") }
        #expect(!ShardSet.isSealed(folder.path + "/joined"))
        try Teacher.fill(folder.path + "/joined", specification)
        let files = try folder.files()
        let single = files.filter { $0.key.hasPrefix("single/") }
        #expect(single.count > 8 && files.count == 2 * single.count)
        for (name, bytes) in single { #expect(files["joined/" + name.dropFirst(7)] == bytes, "\(name)") }
    }

    @Test func morePartsThanShardsAreEmpty() throws {
        let folder = TemporaryFolder()
        let specification = try Teacher.specification(shardBytes: 1 << 20)
        for part in 1...4 { try fill("\(part)/4", specification, folder.path + "/joined") }
        #expect(try Teacher.fill(folder.path + "/joined", specification).count == 70)
    }

    /// A part that is begun again goes on, and a finished cache has none to fill.
    @Test func aPartGoesOn() throws {
        let folder = TemporaryFolder()
        let specification = try Self.specification(.int8Rotated)
        var stops = 0
        while try !fillsWithoutStopping("2/2", specification, folder.path + "/joined") {
            stops += 1
            try #require(stops < 100, "each try gets further")
        }
        #expect(stops > 3)
        try Teacher.fill(folder.path + "/joined", specification)
        try Teacher.fill(folder.path + "/single", specification)
        let files = try folder.files()
        for (name, bytes) in files where name.hasPrefix("single/") { #expect(files["joined/" + name.dropFirst(7)] == bytes, "\(name)") }
        try fill("1/2", specification, folder.path + "/joined")
    }

    /// Works until the first batch that is not of the pilot.
    private func fillsWithoutStopping(_ text: String, _ specification: FeatureSpecification, _ folder: String) throws -> Bool {
        let part = try #require(FeaturePart(text))
        let extraction = Teacher.extraction(specification) { 0 < $0 && $0 < 70 }
        do {
            try extraction.run(part: part, Teacher.source, fingerprints: Teacher.fingerprints, labels: Teacher.labels, into: folder)
            return true
        } catch {
            if case .interrupted = error { return false }
            throw error
        }
    }

    @Test func partsOfOtherThingsAreRefused() throws {
        let folder = TemporaryFolder()
        let specification = try Self.specification(.bfloat16)
        try fill("1/2", specification, folder.path + "/joined", tokens: "u")
        #expect { try Teacher.fill(folder.path + "/joined", specification) } throws: { "\($0)".contains("tokens") }
        let other = folder.path + "/other"
        try fill("1/2", specification, other)
        // What is left is computed in the way that the part was, or not at all.
        try folder.write("other kernels", to: "other/parts/1-of-2/arithmetic.txt")
        #expect { try Teacher.fill(other, specification) } throws: { "\($0)".contains("'other kernels'") }
    }

    /// A part that another process is filling is left to it.
    @Test func aPartAtWorkIsNotTaken() throws {
        let folder = TemporaryFolder()
        let specification = try Self.specification(.float32)
        try fill("1/2", specification, folder.path + "/joined")
        let held = try ShardFolderClaim(folder.path + "/joined/parts/1-of-2")
        #expect { try Teacher.fill(folder.path + "/joined", specification) } throws: { "\($0)".contains("parts/1-of-2") }
        withExtendedLifetime(held) {}
    }

    @Test(arguments: ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"]) func whatIsNoPartIsNone(text: String) {
        #expect(FeaturePart(text) == nil)
    }
}
