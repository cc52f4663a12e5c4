import BERT
import Files
import Kernels
import Records

/// Everything that changes while a model is trained.
final class TrainingState {
    let weights: Parameters
    var optimiser: AdamW
    var step = 0
    var history: [StepRecord] = []
    /// Nil while none were judged.
    var best: BestWeights?

    init(weights: Parameters, optimiser plan: TrainingPlan) {
        self.weights = weights
        optimiser = AdamW(
            layout: weights.layout, weightDecay: plan.weightDecay, maximumNorm: plan.maximumNorm, sparse: weights.layout.wordEmbeddings)
    }

    /// Writes the state in place of the one before, whole or not at all.
    func save(_ file: String) throws(TrainingError) {
        var writer = SafetensorsWriter()
        writer.metadata = ["arithmetic": arithmetic]
        writer.isSealed = true
        let count = weights.layout.count
        writer.append("weights", shape: [count], weights.flat)
        writer.append("moments.first", shape: [count], optimiser.first.flat)
        writer.append("moments.second", shape: [count], optimiser.second.flat)
        writer.append("updates", shape: [optimiser.updates.count], integers: optimiser.updates.map(Int32.init))
        writer.append("step", shape: [1], integers: [Int32(step)])
        let numbers = history.flatMap(\.numbers)
        writer.append(
            "history", shape: [history.count, StepRecord.numberCount], floats: numbers)
        if let best {
            writer.append("best", shape: [count], best.flat)
            writer.append("best.score", shape: [1], doubles: [best.score])
            writer.append("best.step", shape: [1], integers: [Int32(best.step)])
        }
        do { try writer.write(to: file) } catch { throw .model(error) }
    }

    /// Takes up a saved state, where there is one.
    ///
    /// - Throws: `TrainingError.checkpoint` where it is damaged or of another model.
    func restore(_ path: String, of trainer: Trainer) throws(TrainingError) {
        guard Folder.exists(path) else { return }
        func refuse(_ problem: String) -> TrainingError { .checkpoint(file: path, problem: problem) }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path) } catch { throw refuse(error.description) }
        do { try file.checkSeal() } catch { throw refuse("its tensors are not what its hash says") }
        // Going on would end with bits that neither machine computes.
        if let before = file.metadata["arithmetic"], before != arithmetic {
            throw refuse(
                "it was saved by '\(before)', and this process computes with '\(arithmetic)'; go on where it began (LIMBECK_KERNELS chooses "
                    + "kernels)")
        }
        do {
            for (name, parameters) in [("weights", weights), ("moments.first", optimiser.first), ("moments.second", optimiser.second)] {
                guard try file.read(name, into: parameters.flat) else { throw refuse("it is of another model") }
            }
            guard let numbers = try file.floats("history"), let updates = file.integers("updates"),
                let step = file.integers("step"), step.count == 1, step[0] >= 0,
                updates.count == weights.layout.entries.count, numbers.count == Int(step[0]) * StepRecord.numberCount
            else { throw refuse("it is of another model") }
            if let score = file.doubles("best.score")?.first, let step = file.integers("best.step")?.first {
                let flat = Matrix(rows: 1, columns: weights.layout.count)
                guard try file.read("best", into: flat) else { throw refuse("it is of another model") }
                best = BestWeights(flat: flat, score: score, step: Int(step))
            }
            self.step = Int(step[0])
            optimiser.restore(updates: updates.map(Int.init))
            history = (0..<self.step).map { step in
                let start = step * StepRecord.numberCount
                return StepRecord(step: step, numbers: numbers[start..<start + StepRecord.numberCount])
            }
        } catch let error as BERTError { throw refuse(error.description) } catch let error as TrainingError { throw error } catch {
            preconditionFailure("two kinds of error are thrown above")
        }
        guard self.step <= trainer.plan.stepCount(examples: trainer.set.examples.count) else { throw refuse("it is beyond the last step") }
    }
}
