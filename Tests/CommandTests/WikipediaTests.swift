import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `limbeck corpus wikipedia`, `inspect corpus`, and pipelines of texts.
@Suite struct WikipediaTests {
    /// A dump of made-up pages; the second leads elsewhere, the third is a talk page.
    static func dump(_ texts: [String]) -> String {
        func page(_ index: Int, _ title: String, namespace: Int = 0, redirect: String = "", _ text: String) -> String {
            "<page><title>\(title)</title><ns>\(namespace)</ns><id>\(index)</id>\(redirect)<revision><id>\(index)0</id><model>wikitext</model>"
                + "<text xml:space=\"preserve\">\(text)</text></revision></page>\n"
        }
        let pages = texts.enumerated().map { page($0.offset + 10, "Page \($0.offset)", $0.element) }
        return "<mediawiki version=\"0.10\" xml:lang=\"en\"><siteinfo><namespaces><namespace key=\"0\" /><namespace key=\"1\">Talk</namespace></namespaces></siteinfo>\n"
            + page(1, "Old", redirect: "<redirect title=\"Page 0\" />", "#REDIRECT [[Page 0]]") + page(2, "Talk:Page 0", namespace: 1, "Not so.")
            + pages.joined() + "</mediawiki>\n"
    }

    private static let texts = ["'''North''' road [[closure|closed]] at {{convert|5|km}}.\n\n* the \"bridge\"\n* town", "Fog. Queue on the lane."]

    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(Self.dump(Self.texts), "dump.xml")
        return workshop
    }

    @Test func printsDocuments() throws {
        let workshop = try workshop()
        let lines = try workshop.run("corpus", "wikipedia", "dump.xml")
        #expect(
            lines.out == """
                {"id":10,"title":"Page 0","text":"North road closed at 5 km.\\n\\nthe \\"bridge\\"\\ntown"}
                {"id":11,"title":"Page 1","text":"Fog. Queue on the lane."}

                """)
        #expect(lines.code == 0 && lines.err.contains("4 pages, 2 documents with 68 bytes; left out: 1 redirects, 1 of other namespaces"), "\(lines.err)")
        let text = try workshop.run("corpus", "wikipedia", "dump.xml", "--format", "text", "--progress", "none")
        #expect(text.out == "North road closed at 5 km.\nthe \"bridge\"\ntown\n\nFog. Queue on the lane.\n\n" && text.err.isEmpty)
        let source = try workshop.run("corpus", "wikipedia", "dump.xml", "--format", "wikitext", "--namespaces", "1")
        #expect(source.out == "{\"id\":2,\"title\":\"Talk:Page 0\",\"wikitext\":\"Not so.\"}\n")
        let input = try workshop.run("corpus", "wikipedia", "-", input: Self.dump(Self.texts))
        #expect(input.out == lines.out && input.code == 0)
        let both = try workshop.run("corpus", "wikipedia", "dump.xml", "dump.xml")
        #expect(both.out == lines.out + lines.out)
        for threads in ["1", "3"] { #expect(try workshop.run("corpus", "wikipedia", "dump.xml", "--threads", threads).out == lines.out) }
    }

    @Test func theExitCodeSaysHowItWent() throws {
        let workshop = try workshop()
        let whole = Data(Self.dump(Self.texts).utf8)
        try workshop.write(whole.dropLast(40), "cut.xml")
        let cut = try workshop.run("corpus", "wikipedia", "cut.xml", "--progress", "none")
        #expect(cut.code == 1 && cut.out.contains("Page 0") && cut.err.contains("the XML ends after \(whole.count - 40) bytes"), "\(cut)")
        var damaged = whole
        damaged[damaged.firstRange(of: Data("Queue".utf8))!.lowerBound] = 0xFF
        try workshop.write(damaged, "damaged.xml")
        let replaced = try workshop.run("corpus", "wikipedia", "damaged.xml", "--progress", "none")
        #expect(replaced.code == 2 && replaced.out.contains("\u{FFFD}ueue"))
        let absent = try workshop.run("corpus", "wikipedia", "dmp.xml")
        #expect(absent.code == 1 && absent.err.contains("dmp.xml: there is no such file"))
        try workshop.write(Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]), "dump.gz")
        let packed = try workshop.run("corpus", "wikipedia", "dump.gz")
        #expect(packed.code == 1 && packed.err.contains("gzip -dc"))
        for arguments in [
            ["--namespaces", "main"], ["--literals", "--format", "text"], ["--accept-damage"], ["--output", "o", "--format", "text"], ["--format", "xml"],
        ] {
            let outcome = try Command.run(["corpus", "wikipedia", "dump.xml"] + arguments, in: workshop.folder)
            #expect(outcome.code == 64 && outcome.out.isEmpty, "\(arguments)")
        }
    }

    @Test func aReaderThatGoesIsNoFault() throws {
        let workshop = try workshop()
        try workshop.write(Self.dump((0..<20_000).map { "Page \($0) has some words of text." }), "dump.xml")
        try workshop.shell("{ '\(Command.path)' corpus wikipedia dump.xml --progress none 2>err; echo $? > code; } | head -n 1 > out")
        #expect(try String(decoding: workshop.data("code"), as: UTF8.self) == "0\n" && workshop.data("err").isEmpty)
    }

    @Test func documentsAreKeptAndShown() throws {
        let workshop = try workshop()
        let first = try workshop.run("corpus", "wikipedia", "dump.xml", "--output", "kept", "--progress", "none")
        #expect(first.code == 0 && first.out.isEmpty)
        let again = try workshop.run("corpus", "wikipedia", "dump.xml", "--output", "kept")
        #expect(again.code == 0 && again.err.contains("was finished before"))
        let other = try workshop.run("corpus", "wikipedia", "dump.xml", "--output", "kept", "--math")
        #expect(other.code == 1 && other.err.contains("was filled from other math.0"), "\(other.err)")
        #expect(try workshop.run("corpus", "wikipedia", "-", "--output", "piped", input: "x").code == 64)
        // Exported they are what is printed.
        let printed = try workshop.run("corpus", "wikipedia", "dump.xml", "--progress", "none").out
        for folder in ["kept", "kept/documents"] { #expect(try workshop.run("export", folder, "--jsonl", "-").out == printed) }
        #expect(try workshop.run("verify", "kept").code == 0)
        let shown = try workshop.run("inspect", "corpus", "kept", "--samples", "1")
        #expect(shown.code == 0 && shown.out.contains("redirects") && shown.out.contains("Page "), "\(shown.out)")
        #expect(try workshop.run("inspect", "kept").out.contains("documents"))
        let dump = try workshop.run("inspect", "corpus", "dump.xml", "--json", "--progress", "none")
        #expect(dump.code == 0 && dump.out.contains("\"North road closed at 5 km."))
        let table = try workshop.run("inspect", "corpus", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--split", "train")
        #expect(table.code == 0 && table.out.contains("label closure") && table.out.contains("rejects"), "\(table.out)")
        #expect(try workshop.run("inspect", "corpus", "data").code == 1 && workshop.run("inspect", "corpus").code == 64)
    }

    @Test func aCutDumpIsTakenWhereOneSaysSo() throws {
        let workshop = try workshop()
        try workshop.write(Data(Self.dump(Self.texts).utf8).dropLast(40), "cut.xml")
        let refused = try workshop.run("corpus", "wikipedia", "cut.xml", "--output", "kept")
        #expect(refused.code == 1 && refused.err.contains("--accept-damage"))
        let taken = try workshop.run("corpus", "wikipedia", "cut.xml", "--output", "kept", "--accept-damage")
        #expect(taken.code == 2 && taken.err.contains("warning: corpus: "), "\(taken.err)")
    }

    /// Some 4 kB a page.
    private static func large(_ pages: Int) -> String {
        let line = (0..<60).map { Workshop.words[$0 * 7 % 8] }.joined(separator: " ")
        return dump((0..<pages).map { "'''Page''' \($0)\n\n" + String(repeating: line + " \($0). ", count: 12) })
    }

    /// Memory does not grow with the dump, whatever the number of threads.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "reads /proc"), arguments: ["1", "2"])
    func memoryIsBounded(_ threads: String) throws {
        let workshop = try Workshop()
        var peaks: [Double] = []
        for pages in [6000, 24_000] {
            try workshop.write(Self.large(pages), "dump.xml")
            let process = try Command.start(
                ["corpus", "wikipedia", "dump.xml", "--threads", threads, "--progress", "none"], in: workshop.folder, out: "/dev/null",
                err: workshop.folder + "/err")
            peaks.append(Command.peakMemory(process))
            #expect(process.terminationStatus == 0)
        }
        #expect(peaks[1] < 50e6 && peaks[1] < peaks[0] + 10e6, "\(peaks)")
    }

    /// Killed again and again, the documents end as those of a run that was left alone.
    @Test func killedAnywhereItEndsTheSame() throws {
        let workshop = try Workshop()
        try workshop.write(Self.large(9000), "dump.xml")
        func arguments(_ output: String) -> [String] { ["corpus", "wikipedia", "dump.xml", "--output", output, "--progress", "none", "--threads", "1"] }
        let start = ContinuousClock.now
        #expect(try Command.run(arguments("whole"), in: workshop.folder).code == 0)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let whole = try workshop.contents("whole")
        try #require(whole.keys.count { $0.hasSuffix(".lz4") } > 2)
        for round in 1...8 {
            let process = try Command.start(arguments("killed"), in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
            usleep(UInt32(seconds * 1e6 * Double(round) / 9))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        #expect(try Command.run(arguments("killed"), in: workshop.folder).code == 0)
        #expect(try workshop.contents("killed") == whole)
    }

    private static let pipeline = """
        name: general
        corpus:
          - { wikipedia: dump.xml }
          - { descriptor: lines.yaml, path: texts }
          - { descriptor: objects.yaml, path: texts }
          - { descriptor: tiny-corpus.yaml, path: data }
        tokens: { vocabulary: vocab, maxLength: 12 }
        teacher: { model: runs/tiny/finetune }
        features: { layers: uniform, tensors: [hidden], shardMebibytes: 1 }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { epochs: 2, batchSize: 8, stages: [{ share: 1, contrastive: 1 }], negatives: { leaveOut: [duplicates, document] } }
        export: {}

        """

    private func general() throws -> Workshop {
        let workshop = try Workshop.copy()
        try workshop.write(Self.dump(Self.texts + (0..<200).map { "Exit \($0 % 50) north. Lane town south \($0 % 7)." }), "dump.xml")
        try workshop.write("name: lines\nformat: documents\nsplits: { train: train.txt }\n", "lines.yaml")
        try workshop.write("road closed\ntown\n\nfog queue\n\n\nroad closed\ntown\n", "texts/train.txt")
        try workshop.write("name: objects\nformat: jsonl\nsplits: { train: train.jsonl }\ncolumns: { text: body }\n", "objects.yaml")
        try workshop.write("{\"body\": \"bridge km\"}\nnot an object\n", "texts/train.jsonl")
        try workshop.write(Self.pipeline, "general.yaml")
        return workshop
    }

    @Test func textsBecomeAStudentThatATaskGoesOnFrom() throws {
        let workshop = try general()
        let run = try workshop.run("run", "general.yaml", "--progress", "lines")
        // One line of the objects is none.
        #expect(run.code == 2, "\(run.err)")
        #expect(run.err.contains("1 records were unusable") && run.err.contains("left out"), "\(run.err)")
        #expect(run.out.contains("Made in runs/general"))
        let tokens = try workshop.run("inspect", "runs/general/tokens/train").out
        #expect(tokens.contains("column document") && tokens.contains("duplicates"), "\(tokens)")
        // Another number of threads, and little memory, change nothing.
        let other = try workshop.run("run", "general.yaml", "--set", "name=other", "--store", "other", "--threads", "1", "--memory", "1MiB", "--until", "tokens", "--progress", "none")
        #expect(other.code == 2, "\(other.err)")
        func shards(_ store: String) throws -> [String: Data] {
            let folder = try #require(FileManager.default.contentsOfDirectory(atPath: workshop.folder + "/" + store).first { $0.hasPrefix("tokens-") && isPacked(store + "/" + $0) })
            return try workshop.contents(store + "/" + folder)
        }
        // The store holds the tokens of the tiny pipeline, too.
        func isPacked(_ folder: String) -> Bool { (try? workshop.run("inspect", folder).out.contains("packed")) == true }
        #expect(try shards("other") == shards("runs/.stages"))
        let task = try workshop.run("run", "tiny.yaml", "--set", "student.from=runs/general", "--set", "name=task", "--progress", "lines")
        #expect(task.code == 0 && !task.err.contains("projections are drawn"), "\(task.err)")
        let drawn = try workshop.run("run", "tiny.yaml", "--set", "student.from=runs/general/export", "--set", "name=drawn", "--progress", "lines")
        #expect(drawn.code == 0 && drawn.err.contains("projections are drawn: 'runs/general/export' has none"), "\(drawn.err)")
        func weights(_ run: String) throws -> Data { try workshop.data("runs/\(run)/distill/model.safetensors") }
        #expect(try weights("task") != weights("tiny") && weights("task") != weights("drawn"))
    }

    /// A student goes on from one of its own vocabulary alone.
    @Test func anotherVocabularyIsRefused() throws {
        let workshop = try general()
        #expect(try workshop.run("run", "general.yaml", "--progress", "none").code == 2)
        let words = try String(decoding: workshop.data("vocab/vocab.txt"), as: UTF8.self).replacing("queue\nfog", with: "fog\nqueue")
        try workshop.write(words, "vocab/vocab.txt")
        let task = try workshop.run("run", "tiny.yaml", "--set", "student.from=runs/general", "--set", "name=task", "--progress", "none")
        #expect(task.code == 1 && task.err.contains("whose vocabulary has other words"), "\(task.err)")
    }
}
