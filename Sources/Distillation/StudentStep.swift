public import BERT
public import Kernels

/// The gradient of one training step: of a student's distillation, or of plain training on labels, where neither
/// teacher nor contrast stands in the weights.
public struct StudentStep: Sendable {
    public var configuration: BERTConfiguration
    /// Nil where losses at the logits are all.
    public var objective: (any StateObjective)?
    /// Of the soft loss.
    public var temperature: Double
    public var weights: LossWeights
    /// The weights of the losses at a head that learns on detached states, while `weights` leaves the logits out: the
    /// encoder's gradient stays exactly that of `weights`. Nil for none.
    public var probe: LossWeights?
    public var perturbation: Perturbation

    public init(
        configuration: BERTConfiguration, objective: (any StateObjective)?, temperature: Double = 1.1, weights: LossWeights,
        probe: LossWeights? = nil, perturbation: Perturbation = .off
    ) {
        precondition(probe == nil || !weights.usesLogits, "a head learns on detached states or with the encoder, not both")
        precondition(weights.contrastive == 0 || objective != nil, "a loss of states needs an objective")
        if weights.contrastive != 0, let problem = objective?.problem(configuration) { preconditionFailure(problem) }
        self.configuration = configuration
        self.objective = objective
        self.temperature = temperature
        self.weights = weights
        self.probe = probe
        self.perturbation = perturbation
    }

    /// What the step needs to see of the teacher.
    public var requirement: TapRequirement {
        var requirement = weights.contrastive == 0 ? TapRequirement() : objective?.requirement ?? TapRequirement()
        let isSoft = weights.soft != 0 || (probe?.soft ?? 0) != 0
        (requirement.logits, requirement.words) = (isSoft && !configuration.predictsWords, isSoft && configuration.predictsWords)
        return requirement
    }

    /// Computes a batch's losses and adds their gradients.
    ///
    /// With a perturbation the batch runs twice: g, the gradient of the first pass's total loss at the word embeddings,
    /// moves them for the second, whose gradients alone are added. Both passes share targets and dropout masks.
    /// - Parameters:
    ///   - batch: a checked batch, with what `requirement` asks for in its teacher.
    ///   - student: parameters with `ParameterLayout(student:...)`, or a model's own layout where nothing is contrasted.
    ///   - gradients: of the same layout; the caller zeroes them.
    ///   - workspace: is reset, so the batch's matrices must stand elsewhere.
    public func gradient(
        _ batch: StudentBatch, of student: Parameters, into gradients: Parameters, dropout: Dropout? = nil,
        workspace: Workspace, on workers: Workers
    ) -> StudentLoss {
        precondition(gradients.layout == student.layout, "gradients of the parameters' layout")
        var targets = batch.targets
        if weights.contrastive != 0, targets == nil {
            guard let teacher = batch.teacher else { preconditionFailure("a loss of states needs a teacher") }
            precondition(teacher.offsets == batch.tokens.offsets, "teacher and student see the same sequences")
            targets = objective?.targets(teacher, negatives: batch.negatives, on: workers)
        }
        let run = StudentPass(step: self, batch: batch, targets: targets, student: student, dropout: dropout, workers: workers)
        workspace.reset()
        var loss = StudentLoss()
        if perturbation == .off {
            (loss.terms, loss.probe, _) = run.run(perturbation: nil, into: gradients, workspace: workspace)
            return loss
        }
        let first = run.run(perturbation: nil, into: nil, workspace: workspace)
        let moved = first.arriving.copy()
        workspace.reset()
        let words = run.encoder.wordEmbeddings(batch.tokens, workspace: workspace)
        let ratio = Perturbation.medianRatio(of: moved, to: words, offsets: batch.tokens.offsets)
        perturbation.apply(to: moved, embeddings: words, offsets: batch.tokens.offsets)
        let second = run.run(perturbation: moved, into: gradients, workspace: workspace)
        loss.terms = first.terms
        loss.probe = second.probe
        loss.perturbed = StudentLoss.Perturbed(
            terms: second.terms, gradientRatio: ratio, change: second.terms.total(weights) - first.terms.total(weights))
        return loss
    }
}

/// What both passes of a step share.
struct StudentPass {
    let step: StudentStep
    let batch: StudentBatch
    let targets: (any StateTargets)?
    let student: Parameters
    let dropout: Dropout?
    let workers: Workers
    let encoder: Encoder

    init(
        step: StudentStep, batch: StudentBatch, targets: (any StateTargets)?, student: Parameters, dropout: Dropout?,
        workers: Workers
    ) {
        (self.step, self.batch, self.targets, self.student) = (step, batch, targets, student)
        (self.dropout, self.workers) = (dropout, workers)
        encoder = Encoder(step.configuration, student)
    }

    /// Forward and backward once; without `gradients` only the gradient at the word embeddings is computed.
    func run(
        perturbation: Matrix?, into gradients: Parameters?, workspace: Workspace
    ) -> (terms: LossTerms, probe: LossTerms?, arriving: Matrix) {
        let weights = step.weights
        let pass = encoder.forward(
            batch.tokens, perturbation: perturbation, dropout: dropout, scores: weights.contrastive == 0 ? [] : step.objective?.scoreLayers ?? [],
            workspace: workspace, on: workers)
        var (terms, probe) = (LossTerms(), LossTerms?.none)
        var arriving = TapGradients()
        if weights.contrastive != 0, let targets {
            (terms.contrastive, arriving) = targets.loss(
                StudentStates(pass, student, into: gradients, workspace: workspace), weight: weights.contrastive, on: workers)
        }
        if weights.usesLogits {
            let (found, gradient) = predict(pass, weights, into: gradients)
            (terms.soft, terms.hard) = (found.soft, found.hard)
            let last = step.configuration.layerCount
            let hidden =
                arriving.hidden[last]
                ?? workspace.zeros(rows: pass.last.rows, columns: pass.last.columns)
            if step.configuration.hasTokenLogits {
                addScaled(1, gradient, to: hidden)
            } else {
                ClassificationHead.addFirst(gradient, to: hidden, offsets: batch.tokens.offsets)
            }
            arriving.hidden[last] = hidden
        } else if let losses = step.probe, losses.usesLogits, let gradients {
            probe = predict(pass, losses, into: gradients, isDetached: true).terms
        }
        let words = encoder.backward(pass, from: arriving, into: gradients, workspace: workspace, on: workers)
        return (terms, probe, words)
    }

    /// The losses at the logits, and the gradient at the first tokens, or at all where each has logits; adds the head's own gradients.
    ///
    /// - Parameter isDetached: whether the encoder learns nothing of it: not its table of words either, where that is the head's decoder.
    private func predict(
        _ pass: EncoderPass, _ weights: LossWeights, into gradients: Parameters?, isDetached: Bool = false
    ) -> (terms: LossTerms, gradient: Matrix) {
        if let head = MaskedLanguageHead(step.configuration, student) {
            guard case .tags(let targets) = batch.labels else { preconditionFailure("words are predicted where some are masked") }
            return WordLoss.terms(
                head, pass.last, targets: targets, teacher: batch.teacher?.words, weights: weights, temperature: step.temperature,
                adding: gradients.flatMap { MaskedLanguageHead(step.configuration, $0) }, movesDecoder: !isDetached, on: workers)
        }
        if let head = TokenHead(step.configuration, student) {
            let outputs = head.forward(pass.last, dropout: dropout)
            let (terms, gradient) = losses(outputs.logits, weights)
            return (terms, head.backward(outputs, logits: gradient, into: gradients.flatMap { TokenHead(step.configuration, $0) }))
        }
        guard let head = ClassificationHead(step.configuration, student) else {
            preconditionFailure("a loss at the logits of a student that has none")
        }
        let target = gradients.flatMap { ClassificationHead(step.configuration, $0) }
        let outputs = head.forward(pass.last, offsets: batch.tokens.offsets, dropout: dropout)
        guard let logits = outputs.logits else { preconditionFailure("a loss at the logits of a student that has none") }
        let (terms, gradient) = losses(logits, weights)
        return (terms, head.backward(outputs, logits: gradient, into: target))
    }

    private func losses(_ logits: Matrix, _ weights: LossWeights) -> (terms: LossTerms, gradient: Matrix) {
        PredictionLoss.terms(
            logits, teacher: batch.teacher?.logits, labels: batch.labels, weights: weights, temperature: step.temperature,
            isRegression: step.configuration.isRegression)
    }
}
