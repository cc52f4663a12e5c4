import BERT
import Foundation
import Kernels
import Testing

@testable import Training

/// Against twenty steps of PyTorch (scripts/reference/optimizer_trace.py): clip, schedule, decay, and a tensor that gets its
/// first gradient in the eleventh step.
@Suite struct AdamWTests {
    @Test func agreesWithPyTorch() throws {
        let path = try #require(Bundle.module.url(forResource: "Fixtures/optimizer", withExtension: "safetensors")).path
        let trace = try SafetensorsFile(path)
        var layout = ParameterLayout()
        layout.append("matrix", rows: 6, columns: 5)
        layout.append("bias", columns: 7)
        layout.append("late", rows: 3, columns: 4)
        let (weights, gradients) = (Parameters(layout: layout), Parameters(layout: layout))
        func set(_ parameters: Parameters, _ prefix: String) throws {
            for entry in layout.entries { _ = try trace.read(prefix + entry.name, into: parameters.matrix(entry)) }
        }
        try set(weights, "start.")
        var optimiser = AdamW(layout: layout)
        let schedule = LearningRateSchedule(peak: 3e-2, warmupShare: 0.1, totalSteps: 20)
        let norms = try #require(try trace.floats("norms"))
        let rates = try #require(try trace.floats("rates"))
        #expect(norms.contains { $0 > 1 } && norms.contains { $0 < 1 })
        for step in 0..<20 {
            gradients.flat.fill(0)
            try set(gradients, "gradient.\(step).")
            #expect((schedule.rate(step) - rates[step]).magnitude < 1e-9)
            let found = optimiser.update(
                weights, gradients: gradients, groups: [step < 10 ? [0, 1] : [0, 1, 2]],
                learningRate: schedule.rate(step), on: .one)
            #expect((Float(found[0]) - norms[step]).magnitude < 1e-5 * norms[step])
            for entry in layout.entries {
                let expected = try #require(try trace.floats("after.\(step).\(entry.name)"))
                for (ours, theirs) in zip(weights.matrix(entry).elements, expected) {
                    #expect((ours - theirs).magnitude < 2e-6, "step \(step), \(entry.name)")
                }
            }
        }
        #expect(optimiser.updates == [20, 20, 10])
    }

    @Test func threadsDoNotChangeABit() {
        var layout = ParameterLayout()
        layout.append("matrix", rows: 300, columns: 331)
        let results = [1, 2, 3].map { threads in
            let (weights, gradients) = (Parameters(layout: layout), Parameters(layout: layout))
            weights.initialise(range: 1, seed: 1)
            gradients.initialise(range: 1, seed: 2)
            var optimiser = AdamW(layout: layout)
            for _ in 0..<3 {
                _ = optimiser.update(
                    weights, gradients: gradients, groups: [[0]], learningRate: 0.01, on: Workers(count: threads))
            }
            return weights.flat.elements.map(\.bitPattern)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    /// Rows whose gradient is zero are left behind and catch up: the bits of an optimiser that moves all rows at every step.
    @Test func rowsCatchUp() {
        var layout = ParameterLayout()
        layout.append("words", rows: 200, columns: 37)
        layout.append("matrix", rows: 11, columns: 13)
        func train(sparse: Int?) -> [[UInt32]] {
            let (weights, gradients) = (Parameters(layout: layout), Parameters(layout: layout))
            weights.initialise(range: 1, seed: 1)
            var optimiser = AdamW(layout: layout, sparse: sparse)
            for step in 0..<25 {
                gradients.flat.fill(0)
                gradients.initialise(range: 1e-3, seed: UInt64(step)) { $0.name == "matrix" }
                // Some rows come often, some once, most never.
                let rows = [3, 7 + step % 5, 100 + step]
                for row in rows {
                    for column in 0..<37 { gradients.matrix(layout.entries[0])[row, column] = 1e-3 * Float((row * 31 + column * 17 + step) % 13 - 6) }
                }
                optimiser.settle(weights, rows: rows, on: Workers(count: 2))
                let groups = step % 7 == 6 ? [[1]] : [[0, 1]]
                _ = optimiser.update(weights, gradients: gradients, groups: groups, rows: rows, learningRate: 0.01 / Float(step + 1), on: .one)
                if step == 11 { optimiser.settle(weights, on: .one) }
            }
            optimiser.settle(weights, on: Workers(count: 3))
            return [weights, optimiser.first, optimiser.second].map { $0.flat.elements.map(\.bitPattern) }
        }
        #expect(train(sparse: nil) == train(sparse: 0))
    }

    @Test func groupsAreClippedApart() {
        var layout = ParameterLayout()
        layout.append("encoder", rows: 1, columns: 2)
        layout.append("head", rows: 1, columns: 2)
        let (weights, gradients) = (Parameters(layout: layout), Parameters(layout: layout))
        for (index, value) in [3, 4, 300, 400].enumerated() { gradients.flat[0, index] = Float(value) }
        var optimiser = AdamW(layout: layout)
        let norms = optimiser.update(weights, gradients: gradients, groups: [[0], [1]], learningRate: 0.1, on: .one)
        #expect(norms == [5, 500])
    }

    @Test func theScheduleWarmsUpAndEndsAtZero() {
        let schedule = LearningRateSchedule(peak: 1, warmupShare: 0.1, totalSteps: 100)
        #expect(schedule.rate(0) == 0)
        #expect(schedule.rate(5) == 0.5)
        #expect(schedule.rate(10) == 1)
        #expect(schedule.rate(99) > 0 && schedule.rate(100) == 0)
        #expect(LearningRateSchedule(peak: 1, warmupShare: 0, totalSteps: 4).rate(0) == 1)
    }
}
