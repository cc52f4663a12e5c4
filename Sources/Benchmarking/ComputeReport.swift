import Pipelines

/// What `limbeck bench compute` measured; the keys are stable.
struct ComputeReport: Codable {
    struct Machine: Codable {
        var arithmetic: String
        var threads: Int
        /// Copied from memory to memory.
        var copyGigabytesPerSecond: Double
    }

    struct Model: Codable {
        var parameters: Int
        var layers, hidden, intermediate, heads: Int
        /// 10^9 operations a second of the products alone, at this model's own shapes.
        var sgemmGigaflops: Double
    }

    /// Work on real tokens, a median over the rounds.
    struct Work: Codable {
        var name: String
        var tokensPerSecond: Double
        var slowest: Double
        var fastest: Double
        /// Of the matrix products that the work asks for; none where it has none.
        var gigaflops: Double?
        /// Of the products' rate at the model's own shapes.
        var shareOfSgemm: Double?
    }

    struct SpeedUp: Codable {
        var batch: Int
        var length: Int
        var teacherMilliseconds: Double
        var studentMilliseconds: Double
        var ratio: Double
    }

    var version = Version.text
    var machine: Machine
    var sequences: Int
    var tokens: Int
    var batchSize: Int
    var rounds: Int
    var teacher: Model
    var student: Model
    /// The teacher's parameters by the student's.
    var sizeRatio: Double
    var work: [Work] = []
    var speedUps: [SpeedUp] = []
    /// The part of the training steps that waited for the cache.
    var waitedShare = 0.0
    /// Of the cache, as it lies on disk.
    var cacheBytesPerToken = 0.0
    /// Of text; none where no text was given.
    var tokenizerMegabytesPerSecond: Double?
}

extension ComputeReport {
    /// A table for people.
    var table: String {
        func model(_ name: String, _ model: Model) -> String {
            "\(name): \(model.layers) layers of \(model.hidden) (\(model.intermediate), \(model.heads) heads), \(fixed(Double(model.parameters) / 1e6, 1)) M parameters; "
                + "sgemm at its shapes \(fixed(model.sgemmGigaflops, 0)) GFLOP/s\n"
        }
        var text = "\(machine.threads) threads, \(machine.arithmetic); memory copied at \(fixed(machine.copyGigabytesPerSecond, 1)) GB/s\n"
        text += model("Teacher", teacher) + model("Student", student)
        text += "\(sequences) sequences, \(tokens) tokens; batches of \(batchSize); medians of \(rounds) rounds\n\n"
        text += "".padded(32) + "tokens/s".aligned(12) + "slowest".aligned(12) + "fastest".aligned(12) + "GFLOP/s".aligned(10) + "of sgemm".aligned(10) + "\n"
        for work in work {
            text += work.name.padded(32)
            for rate in [work.tokensPerSecond, work.slowest, work.fastest] { text += fixed(rate, 0).aligned(12) }
            text += (work.gigaflops.map { fixed($0, 0) } ?? "").aligned(10)
            text += (work.shareOfSgemm.map { fixed(100 * $0, 0) + " %" } ?? "").aligned(10) + "\n"
        }
        text += "\nThe cache takes \(fixed(cacheBytesPerToken, 0)) bytes a token; steps waited for it \(fixed(100 * waitedShare, 2)) % of their time.\n"
        if let rate = tokenizerMegabytesPerSecond { text += "Text becomes ids at \(fixed(rate, 1)) MB/s.\n" }
        text += "\nThe student is \(fixed(sizeRatio, 1)) times smaller than its teacher, and faster:\n"
        text += "batch".aligned(8) + "length".aligned(8) + "teacher, ms".aligned(14) + "student, ms".aligned(14) + "ratio".aligned(8) + "\n"
        for speed in speedUps {
            text += "\(speed.batch)".aligned(8) + "\(speed.length)".aligned(8) + fixed(speed.teacherMilliseconds, 2).aligned(14)
            text += fixed(speed.studentMilliseconds, 2).aligned(14) + fixed(speed.ratio, 1).aligned(8) + "\n"
        }
        return text
    }
}
