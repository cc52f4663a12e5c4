import Foundation
import Testing

/// Entities, from tagged words to what `predict` finds in a line.
@Suite struct EntityTests {
    private static let descriptor = """
        name: tiny-events
        format: conll
        splits: { train: train.conll, dev: dev.conll, test: test.conll }
        labels: { entities: [place, event] }

        """

    private static let pipeline = """
        extends: tiny.yaml
        name: events
        corpus: { descriptor: events.yaml, path: data }
        features: { tensors: [hidden, logits] }
        distill: { epochs: 30, stages: [{ share: 0.5, contrastive: 1 }, { share: 0.5, contrastive: 1, soft: 1, hard: 3 }] }
        evaluate: { splits: [dev, test] }

        """

    /// "bridge" and "town" are places, of one word or with "north" before; what is closed or queues is an event.
    private static func file(_ count: Int) -> String {
        (0..<count).map { row in
            let place = [["bridge"], ["north", "bridge"], ["town"], ["north", "town"]][row % 4]
            let words = [(["road", "lane"][row % 2], "O")] + place.enumerated().map { ($1, $0 == 0 ? "B-place" : "I-place") } + [("km", "O"), (["closed", "queue", "fog"][row % 3], row % 3 == 2 ? "O" : "B-event")]
            return words.map { "\($0.0)\t\($0.1)\n" }.joined() + "\n"
        }.joined()
    }

    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        for (split, count) in [("train", 48), ("dev", 12), ("test", 12)] { try workshop.write(Self.file(count), "data/\(split).conll") }
        try workshop.write(Self.descriptor, "events.yaml")
        try workshop.write(Self.pipeline, "run.yaml")
        return workshop
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Students that find entities stand in tables as others do.
    @Test func aTableOfEntitiesIsMade() throws {
        let workshop = try workshop()
        let table = """
            name: entities
            title: Entities
            pipeline: run.yaml
            set: { distill: { epochs: 10 } }
            seeds: [1, 2]
            hard: hard
            tasks: { events: {} }
            systems: { hard: { set: { distill: { objective: hard } } }, soft: { set: { distill: { objective: soft, stages: [{ share: 1, soft: 1, hard: 3 }] } } } }
            contrasts: [{ system: soft, against: hard }]

            """
        try workshop.write(table, "table.yaml")
        let arguments = ["compare", "table.yaml", "--progress", "none"]
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == 0 && outcome.out.contains("events, entity F1") && outcome.out.contains("| soft | hard | events | 2 |"), "\(outcome.out)\(outcome.err)")
        let rows = String(decoding: try workshop.data("runs/entities/rows.tsv"), as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let place = try #require(rows[0].firstIndex(of: "entityF1"))
        #expect(rows.count == 1 + 2 * (3 + 4))
        // The scores of the table are those of the rows, and of the rows those of what is evaluated.
        #expect(try workshop.run("run", "run.yaml", "--progress", "none").code == 0)
        let metrics = try json(String(decoding: workshop.data("runs/events/evaluate/metrics.json"), as: UTF8.self))
        let teacher = try #require(rows.first { $0[1] == "teacher" && $0[2] == "dev" })
        #expect(Double(teacher[place]) == (metrics["teacher dev"] as? [String: Double])?["entityF1"])
        let report = try json(String(decoding: workshop.data("runs/entities/table.json"), as: UTF8.self))
        let columns = try #require(report["columns"] as? [[String: Any]])
        #expect(columns.map { $0["examples"] as? Int } == [12, 12])
        let difference = try #require((report["contrasts"] as? [[String: Any]])?.first?["difference"] as? Double)
        func mean(_ system: String) -> Double { rows.filter { $0[1] == system && $0[2] == "dev" }.reduce(0) { $0 + (Double($1[place]) ?? .nan) } / 2 }
        #expect((difference - (mean("soft") - mean("hard"))).magnitude < 1e-12)
        #expect(try Command.run(arguments, in: workshop.folder).out == outcome.out)
    }

    @Test func entitiesAreDistilledAndFound() throws {
        let workshop = try workshop()
        let outcome = try workshop.run("run", "run.yaml", "--progress", "none")
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.out.contains("entityF1"), "\(outcome.out)")
        let metrics = try json(String(decoding: workshop.data("runs/events/evaluate/metrics.json"), as: UTF8.self))
        func value(_ name: String) throws -> Double { try #require((metrics[name] as? [String: Double])?["entityF1"]) }
        #expect(try value("constant dev") == 0 && value("teacher dev") > 0.9 && value("distilled test") > 0.9)

        #expect(try workshop.run("verify", "runs/events/features/train", "--teacher", "runs/events/finetune").code == 0)
        // Each token has logits, and each word a tag.
        #expect(try workshop.run("export", "runs/events/features", "--safetensors", "flat.safetensors").code == 0)
        let flat = try Tensors(workshop.data("flat.safetensors"))
        let tokens = flat.integers("ids").count
        #expect(flat.shape("logits") == [tokens, 5] && flat.integers("tag").count { $0 >= 0 } == Self.file(48).split(separator: "\n").count)
        #expect(try workshop.run("export", "runs/events/features", "--jsonl", "lines.jsonl", "--progress", "none").code == 0)
        let line = try json(String(String(decoding: workshop.data("lines.jsonl"), as: UTF8.self).split(separator: "\n")[0]))
        #expect((line["logits"] as? [[Double]])?.count == (line["ids"] as? [Int])?.count && (line["tag"] as? [Int])?.count == (line["ids"] as? [Int])?.count)

        // Commands without a pipeline tag words as it does.
        let words = ["--descriptor", "events.yaml", "--path", "data", "--split", "train", "--max-length", "12", "--progress", "none"]
        let features = ["features", "--model", "runs/events/finetune", "--layers", "2", "--tensors", "hidden,logits", "--output", "cache"]
        #expect(try Command.run(features + words, in: workshop.folder).code == 0)
        #expect(try Command.run(["tokenize", "--vocabulary", "vocab", "--output", "tokens"] + words, in: workshop.folder).code == 0)
        #expect(try workshop.run("export", "cache", "--safetensors", "cache.safetensors").code == 0)
        let cache = try Tensors(workshop.data("cache.safetensors"))
        #expect(cache.integers("tag").sorted() == flat.integers("tag").sorted() && cache.shape("logits") == flat.shape("logits"))
        let tokenised = try workshop.run("inspect", "tokens")
        #expect(tokenised.code == 0 && tokenised.out.contains("\(tokens)"), "\(tokenised.out)\(tokenised.err)")

        // The folder is one that transformers loads: no pooler, and the right class.
        let configuration = try json(String(decoding: workshop.data("runs/events/export/config.json"), as: UTF8.self))
        #expect(configuration["architectures"] as? [String] == ["BertForTokenClassification"])
        #expect((configuration["id2label"] as? [String: String])?["1"] == "B-place")

        let corpus = ["--descriptor", "events.yaml", "--path", "data", "--split", "test", "--progress", "none"]
        let evaluated = try Command.run(["evaluate", "--model", "runs/events/distill"] + corpus, in: workshop.folder)
        let report = try json(evaluated.out)
        #expect(try (report["metrics"] as? [String: Double])?["entityF1"] == value("distilled test"))
        #expect(((report["entities"] as? [String: Any])?["place"] as? [String: Any])?["support"] as? Int == 12)

        // Words come back as they stand, each with a tag.
        let tagged = try Command.run(["predict", "--model", "runs/events/finetune"] + corpus, in: workshop.folder)
        #expect(tagged.code == 0 && tagged.out.split(separator: "\n", omittingEmptySubsequences: false).count == Self.file(12).split(separator: "\n", omittingEmptySubsequences: false).count)
        #expect(tagged.out.contains("north\tB-place\nbridge\tI-place\n"), "\(tagged.out)")
        let lines = try workshop.run("predict", "--model", "runs/events/finetune", "--lines", "-", input: "road north bridge, km closed\n\nlane town km fog\n")
        let first = try json(String(lines.out.split(separator: "\n", omittingEmptySubsequences: false)[0]))
        let entities = try #require(first["entities"] as? [[String: Any]])
        #expect(entities.contains { $0["text"] as? String == "north bridge" && $0["start"] as? Int == 5 && $0["end"] as? Int == 17 }, "\(lines.out)")
        #expect(lines.out.split(separator: "\n").count == 3, "\(lines.out)\(lines.err)")
    }

    private static let tags = ["O", "B-place", "I-place", "B-event", "I-event"]

    private func tuned() throws -> Workshop {
        let workshop = try workshop()
        let outcome = try workshop.run("run", "run.yaml", "--progress", "none", "--until", "finetune")
        try #require(outcome.code == 0, "\(outcome.err)")
        return workshop
    }

    private func entities(_ workshop: Workshop, _ line: String, _ more: [String] = []) throws -> Outcome {
        try Command.run(["predict", "--model", "runs/events/finetune", "--lines", "-"] + more, in: workshop.folder, input: Data((line + "\n").utf8))
    }

    /// Gives the model's classes other names.
    private func rename(_ workshop: Workshop, _ names: [String: String]) throws {
        let file = "runs/events/finetune/config.json"
        var text = String(decoding: try workshop.data(file), as: UTF8.self)
        for (old, new) in names {
            try #require(text.contains("\"\(old)\""))
            text = text.replacingOccurrences(of: "\"\(old)\"", with: "\"\(new)\"")
        }
        try workshop.write(text, file)
    }

    @Test func aTabIsASpaceBetweenWords() throws {
        let workshop = try tuned()
        let spaced = try entities(workshop, "road north bridge, km closed")
        #expect(spaced.out.contains("\"north bridge\"") && spaced.out.contains("\"closed\""), "\(spaced.out)\(spaced.err)")
        let tabbed = try entities(workshop, "road\tnorth bridge, km\tclosed")
        #expect(tabbed.code == 0 && tabbed.out == spaced.out, "\(tabbed.out)\(tabbed.err)")
    }

    @Test func classesWithoutNamesAreAskedFor() throws {
        let workshop = try tuned()
        let line = "lane town km queue"
        let named = try entities(workshop, line)
        #expect(named.out.contains("\"town\""), "\(named.out)\(named.err)")
        try rename(workshop, Dictionary(uniqueKeysWithValues: Self.tags.enumerated().map { ($1, "LABEL_\($0)") }))
        let refused = try entities(workshop, line)
        #expect(refused.code == 1 && refused.out.isEmpty && refused.err.contains("'LABEL_0'") && refused.err.contains("--labels"), "\(refused.out)\(refused.err)")
        let stated = try entities(workshop, line, ["--labels", Self.tags.joined(separator: ",")])
        #expect(stated.code == 0 && stated.out == named.out, "\(stated.out)\(stated.err)")
    }

    /// A word that is an entity by itself, and the last of several, have letters of their own in IOBES.
    @Test func classesOfAnotherSchemeAreRead() throws {
        let workshop = try tuned()
        let line = "road north bridge, km closed"
        let named = try entities(workshop, line)
        #expect(named.out.contains("\"north bridge\"") && named.out.contains("\"closed\""), "\(named.out)\(named.err)")
        try rename(workshop, ["I-place": "E-place", "B-event": "S-event", "I-event": "E-event"])
        let other = try entities(workshop, line)
        #expect(other.code == 0 && other.out == named.out, "\(other.out)\(other.err)")
    }

    /// A word without pieces, a sentence that is too long, and a rejected one: each word keeps its tag, and the rest its place.
    @Test func noWordIsLost() throws {
        let workshop = try workshop()
        let long = (0..<40).map { "road\t\($0 % 4 == 0 ? "B-place" : "O")\n" }.joined()
        try workshop.write("\u{200D}\tB-place\nroad\tO\n\n" + long + "\nroad\tO\nroad\n\nfog\tO\n", "data/test.conll")
        let outcome = try workshop.run("run", "run.yaml", "--progress", "none", "--until", "finetune")
        #expect(outcome.code == 2, "\(outcome.err)")
        let evaluated = try workshop.run(
            "evaluate", "--model", "runs/events/finetune", "--descriptor", "events.yaml", "--path", "data", "--split", "test", "--max-length", "12")
        let report = try json(evaluated.out)
        #expect(((report["entities"] as? [String: Any])?["place"] as? [String: Any])?["support"] as? Int == 11, "\(evaluated.out)")
        #expect(report["rejects"] as? Int == 1)
    }

    @Test func textsAndWordsAreNotMixedUp() throws {
        let workshop = try workshop()
        #expect(try workshop.run("run", "run.yaml", "--progress", "none", "--until", "finetune").code == 0)
        let texts = try workshop.run("evaluate", "--model", "runs/events/finetune", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--split", "dev")
        #expect(texts.code == 64 && texts.err.contains("classifies words"), "\(texts.err)")
        let other = try Workshop.copy()
        try other.write(Self.descriptor, "events.yaml")
        try other.write(Self.file(4), "data/dev.conll")
        let words = try other.run("evaluate", "--model", "runs/tiny/finetune", "--descriptor", "events.yaml", "--path", "data", "--split", "dev")
        #expect(words.code == 64 && words.err.contains("classifies whole texts"), "\(words.err)")
    }
}
