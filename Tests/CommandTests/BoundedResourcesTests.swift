import Foundation
import Testing

@Suite("Promise 9: bounded resources") struct BoundedResourcesTests {
    private func lines(_ count: Int) -> String {
        (0..<count).map { line in
            (0..<8).map { Workshop.words[(line * 7 + $0 * 13) % Workshop.words.count] }.joined(separator: " ") + "\n"
        }.joined()
    }

    private func arguments(_ lines: String, _ more: [String]) -> [String] {
        [
            "features", "--model", "runs/tiny/finetune", "--lines", lines, "--precision", "float32", "--tensors", "hidden,attention",
            "--shard-mebibytes", "1", "--progress", "none",
        ] + more
    }

    /// Of a value with a unit, as `12.3 MB`.
    private func bytes(_ name: String, in text: String) throws -> Double {
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  \(name) ") })
        let words = line.dropFirst(name.count + 2).split { " ,".contains($0) }
        let units = ["bytes": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9]
        return try #require(Double(words[0])) * #require(units[String(words[1])])
    }

    /// What a run takes of memory and disk is what the estimate says before it, or less; four times the rows take no more memory but for
    /// their ids.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "reads /proc"))
    func peaksAreWithinTheEstimate() throws {
        let workshop = try Workshop.copy()
        var peaks: [Double] = []
        for count in [10_000, 40_000] {
            try workshop.write(lines(count), "lines.txt")
            let estimate = try Command.run(arguments("lines.txt", ["--estimate"]), in: workshop.folder)
            #expect(estimate.code == 0, "\(estimate.err)")
            let process = try Command.start(
                arguments("lines.txt", ["--output", "cache"]), in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
            let most = Command.peakMemory(process)
            #expect(process.terminationStatus == 0)
            #expect(try most <= bytes("memory", in: estimate.out), "\(most), and \(estimate.out)")
            let size = try workshop.contents("cache").values.reduce(0) { $0 + Double($1.count) }
            #expect(try (size / bytes("disk", in: estimate.out) - 1).magnitude < 0.15, "\(size), and \(estimate.out)")
            peaks.append(most)
            try workshop.remove("cache")
        }
        // 30,000 sequences of 10 tokens: 12 bytes a token and some a sequence, in Swift's arrays that grow by doubling.
        #expect(peaks[1] - peaks[0] < 30_000 * 600, "\(peaks)")
    }

    /// An interrupt leaves nothing that keeps the next run away, and no file that it does not remove or take up.
    @Test func anInterruptLeavesNoLock() throws {
        let workshop = try Workshop.copy()
        try workshop.write(lines(30_000), "lines.txt")
        let all = arguments("lines.txt", ["--output", "cache"])
        let process = try Command.start(all, in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
        while !workshop.exists("cache/shard-00001.lz4"), process.isRunning { usleep(500) }
        process.interrupt()
        process.waitUntilExit()
        #expect([0, 130].contains(process.terminationStatus))
        let begun = try workshop.contents("cache").keys
        #expect(!begun.contains { $0.hasSuffix(".part") || $0.contains("lock") }, "\(begun)")
        #expect(try Command.run(all, in: workshop.folder).code == 0)
        let left = try workshop.contents("cache").keys
        #expect(left.allSatisfy { $0.hasSuffix(".lz4") || ["journal.jsonl", "manifest.json", "statistics.json"].contains($0) }, "\(left)")
    }
}
