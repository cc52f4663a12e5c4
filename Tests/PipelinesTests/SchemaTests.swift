import Distillation
import Features
import Foundation
import TestSupport
import Testing

@testable import Pipelines

/// `schemas/pipeline.schema.json` and the reader say the same.
@Suite struct SchemaTests {
    /// Every mapping stands here, so that a key can be added to each.
    private static let pipeline = """
        corpus: { descriptor: corpus.yaml, path: data }
        tokens: { vocabulary: vocab }
        teacher:
          architecture: { layers: 2, hidden: 8, intermediate: 16, heads: 2 }
          finetune: {}
        augment: {}
        features: {}
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }
        distill: { negatives: {} }
        baseline: { negatives: {} }
        evaluate: { splits: [dev] }
        export: {}

        """

    /// The same where texts are packed.
    private static let texts = """
        corpus: { wikipedia: dump.xml }
        teacher: { model: vocab }
        distill: { stages: [{ share: 1, contrastive: 1 }] }
        """

    private static let ofDescriptors: Set<Substring> = ["descriptor", "path", "rejects"]

    /// A pipeline that a key can be added to.
    private func base(_ path: String) -> String {
        let isOfTexts = path.hasPrefix("corpus[") || path.hasPrefix("corpus.") && !Self.ofDescriptors.contains(path.dropFirst(7))
        if path.hasPrefix("mask.") || path == "distill.mlm" { return Bench.masked }
        if path == "baseline.mlm" { return Bench.masked + "baseline: {}\n" }
        return isOfTexts ? Self.texts : Self.pipeline
    }

    private static let sections = (try? Schema().sections()) ?? [:]

    /// Assigns a value to a key, or leaves it out of the item that it would stand in; a list is set as a whole.
    private func assign(_ path: String, _ value: String?, in bench: Bench) -> [String] {
        if let range = path.firstRange(of: "[].") {
            let key = String(path[range.upperBound...])
            if path.hasPrefix("corpus") || path.hasPrefix("transfer") {
                let item = Self.ofDescriptors.contains(Substring(key)) || key == "split" 
                    ? "descriptor: \(bench.path)/corpus.yaml, path: \(bench.path)/data" : "wikipedia: \(bench.path)/dump.xml"
                let list = "[{ \(item)\(value.map { ", \(key): \($0)" } ?? "") }]"
                return path.hasPrefix("corpus") ? ["corpus=\(list)"] : ["transfer=\(list)", "distill.stages=[{ share: 1, states: 1, from: transfer }]"]
            }
            var item = ["share": "1", key == "hard" ? "soft" : "hard": "1"]
            if let value { item[key] = value }
            return ["\(path[..<range.lowerBound])=[{\(item.map { "\($0): \($1)" }.joined(separator: ", "))}]"]
        }
        if let range = path.firstRange(of: "perturbation.") {
            let kind = path[range.upperBound...] == "kind" ? "" : "kind: l2, "
            return value.map { ["\(path[..<range.upperBound].dropLast())={\(kind)\(path[range.upperBound...]): \($0)}"] } ?? []
        }
        return owner(of: path) + (value.map { ["\(path)=\($0)"] + ($0 == "distilbert" ? ["distill.mlm=off"] : []) } ?? [])
    }

    /// Sets the objective that a key belongs to.
    private func owner(of path: String) -> [String] {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 2, ["distill", "baseline"].contains(parts[0]), let owner = Objectives.all.first(where: { $0.keys.contains(parts[1]) }),
            owner != LRCSettings.self
        else { return [] }
        return ["\(parts[0]).objective=\(owner.name)"]
    }

    @Test func everySectionIsChecked() {
        #expect(
            Set(Self.sections.keys) == [
                "", "corpus", "corpus[]", "transfer[]", "tokens", "teacher", "teacher.architecture", "teacher.finetune", "augment", "mask", "features", "student", "distill",
                "distill.negatives", "distill.perturbation", "distill.stages[]", "baseline", "baseline.negatives",
                "baseline.perturbation", "baseline.stages[]", "evaluate", "export",
            ])
    }

    /// The reader names all the keys that it knows where it meets one that it does not.
    @Test(arguments: sections.keys.sorted()) func listsTheKeysOfTheReader(_ section: String) throws {
        let bench = try Bench()
        let key = section.isEmpty ? "bogus" : section + ".bogus"
        let text = refusal { try bench.settings(base(key), set: assign(key, "1", in: bench)) }
        #expect(text.contains("bogus: unknown key"), "\(text)")
        let known = text.firstRange(of: "known here: ").map { Set(text[$0.upperBound...].split(separator: ", ").map(String.init)) }
        // `extends` is resolved before any key is read.
        #expect(known == Self.sections[section]?.subtracting(["extends"]))
    }

    @Test func extendsIsAKeyOfTheTopAlone() throws {
        #expect(Self.sections.filter { $0.value.contains("extends") }.map(\.key) == [""])
        let bench = try Bench()
        try bench.write(Self.pipeline, "base.yaml")
        #expect(refusal { try bench.settings("extends: base.yaml\n") } == "")
    }

    @Test(arguments: [
        ("features.precision", Precision.allCases.map(\.rawValue)), ("distill.objective", Objectives.all.map { $0.name }),
        ("distill.cosine", Cosine.allCases.map(\.rawValue)), ("distill.normalise", Normalisation.allCases.map(\.rawValue)),
        ("distill.projection", ProjectionSharing.allCases.map(\.rawValue)), ("distill.head", HeadKind.allCases.map(\.rawValue)),
        ("distill.perturbation.kind", ["off", "raw", "l2", "sign"]),
    ]) func listsTheWordsOfAChoice(_ path: String, _ words: [String]) throws {
        let value = try #require(try Schema().values()[path])
        #expect((value["enum"] as? [String])?.sorted() == words.sorted())
        let bench = try Bench()
        for word in words { #expect(refusal { try bench.settings(base(path), set: assign(path, word, in: bench)) } == "") }
        #expect(refusal { try bench.settings(base(path), set: assign(path, "bogus", in: bench)) }.contains("'bogus' is unknown"))
    }

    @Test func writingADefaultOutChangesNothing() throws {
        let bench = try Bench()
        var count = 0
        for (path, value) in try Schema().values() {
            guard var standard = text(value["default"]) else { continue }
            if value["type"] as? String == "boolean" { standard = standard == "0" ? "false" : "true" }
            count += 1
            let (without, with) = (assign(path, nil, in: bench), assign(path, standard, in: bench))
            let before = try bench.settings(base(path), set: without)
            var after = try bench.settings(base(path), set: with)
            #expect(after.canonical != before.canonical, "\(path) is written out")
            (after.canonical, after.features.tensorsAreStated) = (before.canonical, before.features.tensorsAreStated)
            #expect(after == before, "\(path) is \(standard)")
        }
        #expect(count > 50)
    }

    @Test func limitsAreThoseOfTheReader() throws {
        let bench = try Bench()
        var count = 0
        for (path, value) in try Schema().values() {
            func says(_ number: Double?, _ change: Double = 0) -> String? {
                guard let number, let value = text(number + change) else { return nil }
                return refusal { try bench.settings(base(path), set: assign(path, value, in: bench)) }
            }
            func isOutside(_ text: String) -> Bool { text.contains("is outside") || text.contains("is not a whole number from 0 on") }
            let (least, most) = (number(value["minimum"]), number(value["maximum"]))
            for text in [says(least), says(most)].compactMap(\.self) {
                count += 1
                #expect(!isOutside(text), "\(path)")
            }
            for text in [says(least, -1), says(most, 1), says(number(value["exclusiveMinimum"]))].compactMap(\.self) {
                #expect(isOutside(text), "\(path): \(text)")
            }
        }
        #expect(count > 50)
    }
}

private func number(_ value: Any?) -> Double? { (value as? NSNumber)?.doubleValue }

/// A value of the schema as YAML.
private func text(_ value: Any?) -> String? {
    if let numbers = value as? [Int] { return "\(numbers)" }
    if let words = value as? [String] { return "[\(words.joined(separator: ", "))]" }
    if let word = value as? String { return word }
    return number(value).map { Int(exactly: $0).map(String.init) ?? "\($0)" }
}
