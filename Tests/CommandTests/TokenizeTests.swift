import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `limbeck tokenize`, as a filter and as a stage.
@Suite struct TokenizeTests {
    /// Lines of many kinds, some of them not UTF-8.
    private static func lines(_ count: Int) -> Data {
        var data = Data()
        for line in 0..<count {
            switch line % 9 {
            case 3: data += Data("Road — CLOSED…  [MASK]\t東京 é".utf8)
            case 5: data += [0x72, 0xC3, 0x28, 0xED, 0xA0, 0x80]
            case 7: break
            default: data += Data((0..<(1 + line % 23)).map { Workshop.words[(line * 7 + $0 * 13) % Workshop.words.count] }.joined(separator: " ").utf8)
            }
            data.append(0x0A)
        }
        return data
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    @Test func jsonTellsOffsetsAndWords() throws {
        let workshop = try Workshop()
        let outcome = try workshop.run("tokenize", "--vocabulary", "vocab", "--lines", "-", "--format", "json", input: "Róad closed\n\n")
        #expect(
            outcome.out == """
                {"ids":[2,5,13,3],"types":[0,0,0,0],"offsets":[[0,0],[0,5],[6,12],[0,0]],"words":[null,0,1,null]}
                {"ids":[2,3],"types":[0,0],"offsets":[[0,0],[0,0]],"words":[null,null]}

                """)
        #expect(outcome.code == 0)
    }

    @Test func windowsOverlapByTheStride() throws {
        let workshop = try Workshop()
        let arguments = ["tokenize", "--vocabulary", "vocab", "--format", "json", "--max-length", "6", "--stride", "1"]
        let outcome = try Command.run(
            arguments + ["--pairs", "-", "--truncation", "only_second"], in: workshop.folder, input: Data("fog\tnorth\nfog\troad lane town exit\n".utf8))
        let windows = try objects(outcome.out)
        #expect(windows.map { $0["ids"] as? [Int] } == [[2, 15, 3, 9, 3], [2, 15, 3, 5, 7, 3], [2, 15, 3, 7, 8, 3], [2, 15, 3, 8, 12, 3]])
        #expect(windows.map { $0["line"] as? Int } == [1, 2, 2, 2])
        let wrong = try Command.run(arguments + ["--pairs", "-"], in: workshop.folder, input: Data())
        #expect(wrong.code == 64 && wrong.err.contains("only_first"), "\(wrong.err)")
        let short = try workshop.run(
            "tokenize", "--vocabulary", "vocab", "--pairs", "-", "--max-length", "4", "--truncation", "only_first", input: "fog\troad road\n")
        #expect(short.code != 0 || !short.err.isEmpty, "the second side alone is too long")
    }

    @Test func textComesBack() throws {
        let workshop = try Workshop()
        let outcome = try workshop.run("tokenize", "--vocabulary", "vocab", "--lines", "-", "--decode", input: "2 5 13 3\n\n15 99\n 9 \n")
        #expect(outcome.out == "road closed\n\n\nnorth\n" && outcome.code == 2)
        #expect(outcome.err.contains("line 3") && outcome.err.contains("'99'"), "\(outcome.err)")
        let all = try workshop.run("tokenize", "--vocabulary", "vocab", "--lines", "-", "--decode", "--keep-special", input: "2 5 3\n")
        #expect(all.out == "[CLS] road [SEP]\n")
    }

    @Test func whatIsNotUTF8IsReplacedOrRejected() throws {
        let workshop = try Workshop()
        let input = Data("road closed\n".utf8) + [0xC3, 0x28, 0x0A] + Data("fog".utf8)
        let arguments = ["tokenize", "--vocabulary", "vocab", "--lines", "-"]
        for (more, out) in [([], "2 5 13 3\n2 1 3\n2 15 3\n"), (["--invalid", "reject"], "2 5 13 3\n\n2 15 3\n")] {
            let outcome = try Command.run(arguments + more, in: workshop.folder, input: input)
            #expect(outcome.code == 2 && outcome.out == out)
            #expect(outcome.err.contains("line 2") && outcome.err.contains("UTF-8"), "\(outcome.err)")
        }
    }

    @Test(arguments: [["--lines"], ["--lines", "--format", "json"], ["--pairs", "--types"], ["--lines", "--invalid", "reject"]])
    func threadsDoNotMatter(_ options: [String]) throws {
        let workshop = try Workshop()
        try workshop.write(Self.lines(40_000), "many.txt")
        var outcomes: [Outcome] = []
        for threads in ["1", "3"] {
            outcomes.append(
                try Command.run(
                    ["tokenize", "--vocabulary", "vocab", options[0], "many.txt", "--threads", threads] + options.dropFirst(), in: workshop.folder))
        }
        #expect(outcomes[0].code == 2 && outcomes[0].out.count > 100_000)
        #expect(outcomes[0].out == outcomes[1].out && outcomes[0].err == outcomes[1].err)
        if !options.contains("json") { #expect(outcomes[0].out.count { $0 == "\n" } == 40_000, "a line for a line") }
    }

    @Test("A line of 64 MiB needs no more memory than a short one")
    func aHugeLine() throws {
        let workshop = try Workshop()
        let words = Data("road closed fog ".utf8)
        var line = Data(capacity: 64 << 20)
        while line.count < 64 << 20 { line += words }
        try workshop.write(line + Data("\nfog\n".utf8), "huge.txt")
        // In KiB, of address space, threads' stacks included.
        #expect(try workshop.shell("ulimit -v 400000; exec \(Command.path) tokenize --vocabulary vocab --lines huge.txt --threads 1 > ids.txt") == 0)
        let ids = try workshop.data("ids.txt")
        #expect(ids.prefix(11) == Data("2 5 13 15 5".utf8) && ids.suffix(14) == Data(" 13 15 3\n2 15 3\n".utf8).suffix(14))
        #expect(ids.count { $0 == 0x20 } == (line.count / words.count) * 3 + 1 + 2)
    }

    // MARK: As a stage

    private static let stage = [
        "tokenize", "--vocabulary", "vocab", "--lines", "many.txt", "--max-length", "9", "--stride", "2", "--progress", "none", "--output",
    ]

    @Test func shardsAreInTheOrderOfTheInput() throws {
        let workshop = try Workshop()
        try workshop.write(Self.lines(30_000), "many.txt")
        let first = try Command.run(Self.stage + ["one", "--threads", "1"], in: workshop.folder)
        let second = try Command.run(Self.stage + ["three", "--threads", "3"], in: workshop.folder)
        #expect(first.code == 2 && second.code == 2)
        #expect(try workshop.contents("one") == workshop.contents("three"))
        let again = try Command.run(Self.stage + ["one", "--progress", "lines"], in: workshop.folder)
        #expect(again.code == 2 && again.err.contains("finished before"), "\(again.err)")
        let other = try Command.run(Self.stage + ["one", "--truncation", "longest_first", "--invalid", "reject"], in: workshop.folder)
        #expect(other.code == 1 && other.err.contains("invalid=reject"), "\(other.err)")
        #expect(try workshop.run("verify", "one").code == 0)
    }

    @Test("Killed again and again, it ends with the bytes of a run that was left alone")
    func killedItGoesOn() throws {
        let workshop = try Workshop()
        try workshop.write(Self.lines(1_200_000), "many.txt")
        let start = ContinuousClock.now
        #expect(try Command.run(Self.stage + ["whole"], in: workshop.folder).code == 2)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var random = SystemRandomNumberGenerator()
        var cut = 0
        for _ in 0..<8 {
            let process = try Command.start(Self.stage + ["cut"], in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
            usleep(UInt32.random(in: 0...UInt32(seconds * 0.7e6), using: &random))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if !workshop.exists("cut/manifest.json") { cut += 1 }
        }
        #expect(cut > 0)
        let outcome = try Command.run(Self.stage + ["cut"], in: workshop.folder)
        #expect(outcome.code == 2, "\(outcome.err)")
        #expect(try workshop.contents("cut") == workshop.contents("whole"))
    }

    @Test func aCorpusIsTokenisedAsThePipelineDoes() throws {
        let workshop = try Workshop.copy()
        let outcome = try workshop.run(
            "tokenize", "--vocabulary", "vocab", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--max-length", "12",
            "--output", "tokens", "--progress", "none")
        #expect(outcome.code == 0, "\(outcome.err)")
        // The order is that of the file; a pipeline shuffles what it trains on.
        for row in 0..<6 {
            func facts(_ folder: String, _ row: Int) throws -> ArraySlice<Substring> {
                try workshop.run("inspect", folder, "--row", "\(row)").out.split(separator: "\n").dropFirst()
            }
            let theirs = try facts("runs/tiny/tokens/train", row)
            let example = try #require(theirs.first { $0.contains("example") }?.split(separator: " ").last.flatMap { Int($0) })
            #expect(try facts("tokens", example) == theirs && theirs.count > 3)
        }
        let none = try workshop.run("tokenize", "--vocabulary", "vocab", "--descriptor", "tiny-corpus.yaml", "--path", "data")
        #expect(none.code == 64 && none.err.contains("--output"))
    }
}
