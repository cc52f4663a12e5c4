import TestSupport
import Testing

@testable import Corpora

@Suite struct FuzzTests {
    private let sound = rows(
        "index|sentence1|sentence2|label", "0|An apple fell.|Fruit fell.|entailment", "1|Ω \"x|ÿ|not_entailment",
        "2|||entailment", "3|a|b|not_entailment")

    /// What is read and what is rejected are all the lines; anything else is an error of the closed enum.
    private func check(_ bytes: [UInt8], _ descriptor: CorpusDescriptor, _ split: String) -> Bool {
        var body = bytes[...]
        if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
        let ends = body.count { $0 == 0x0A } + (body.last.map { $0 == 0x0A ? 0 : 1 } ?? 0)
        do throws(CorporaError) {
            let found = try read(bytes, descriptor, split)
            let header = descriptor.layout(of: split).header ? 1 : 0
            #expect(found.examples.count + found.rejects.count == ends - header)
            let order = (found.examples.map(\.line) + found.rejects.map(\.line)).sorted()
            #expect(order == (0..<(ends - header)).map { $0 + 1 + header })
            return true
        } catch {
            #expect(!error.description.isEmpty)
            return false
        }
    }

    @Test func mutatedTablesAreReadOrRefused() {
        var generator = SplitMix64(seed: 1)
        let pieces: [[UInt8]] = [[9], [10], [13, 10], [0], [34], [0xEF, 0xBB, 0xBF], [0xC3], [32], [45], Array("label".utf8)]
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(sound.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 30))
                }
            }
            if check(bytes, GLUETask.rte.descriptor, "dev") { accepted += 1 }
        }
        // Both ways are walked.
        #expect(accepted > 2_000 && accepted < 18_000)
    }

    @Test func randomBytesAreReadOrRefused() {
        var generator = SplitMix64(seed: 2)
        let lines = CorpusDescriptor(name: "lines", splits: ["train": "a"], layout: RecordLayout(header: false, text: 0))
        var accepted = 0
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...60, using: &generator)
            let top: UInt8 = Bool.random(using: &generator) ? 127 : 255
            let bytes = (0..<count).map { _ -> UInt8 in
                [9, 10, 13, UInt8.random(in: 0...top, using: &generator)].randomElement(using: &generator) ?? 0
            }
            if check(bytes, lines, "train") { accepted += 1 }
            _ = check(bytes, GLUETask.cola.descriptor, "train")
            _ = check(bytes, GLUETask.mnli.descriptor, "dev_matched")
        }
        #expect(accepted > 1_000)
    }

    @Test func damagedObjectsAreReadOrRejected() throws {
        let descriptor = CorpusDescriptor(
            name: "objects", format: .jsonl, splits: ["train": "a"], layout: RecordLayout(header: false, text: "text", label: "kind"),
            labels: .categories(["ham"]))
        let sound = Array("{\"text\": \"a \\u00e4\", \"kind\": \"ham\"}\n{\"kind\": \"ham\", \"text\": \"b\", \"more\": [{}, null, 1e9]}\n".utf8)
        var generator = SplitMix64(seed: 3)
        var (examples, rejects) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = check(bytes, descriptor, "train")
            if let found = try? read(bytes, descriptor) { (examples, rejects) = (examples + found.examples.count, rejects + found.rejectCount) }
        }
        #expect(examples > 1_000 && rejects > 1_000)
    }

    @Test func randomTextsAreReadOrRefused() {
        var generator = SplitMix64(seed: 4)
        for format in [CorpusFormat.text, .documents] {
            let descriptor = CorpusDescriptor(name: "texts", format: format, splits: ["train": "a"], layout: .wholeText)
            for _ in 0..<5_000 {
                let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ -> UInt8 in
                    [10, 10, 13, UInt8.random(in: 32...126, using: &generator)].randomElement(using: &generator) ?? 0
                }
                guard let found = try? read(bytes, descriptor) else {
                    #expect(bytes.isEmpty)
                    continue
                }
                // Nothing but line ends is lost.
                let kept = found.texts.joined().utf8.filter { $0 != 10 && $0 != 13 }
                #expect(kept == bytes.filter { $0 != 10 && $0 != 13 })
            }
        }
    }
}
