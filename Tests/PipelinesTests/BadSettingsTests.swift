import Testing

@testable import Pipelines

/// A pipeline with one thing wrong; a caret stands where the message must point.
struct Mistake: Sendable, CustomTestStringConvertible {
    var key: String
    var says: String
    var text: String
    var line: Int
    var column: Int

    /// - Parameter lines: what follows the least that a pipeline must say.
    init(_ key: String, _ says: String, _ lines: String) { self.init(key, says, whole: Bench.least + lines) }

    init(_ key: String, _ says: String, whole marked: String) {
        let parts = marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
        (self.key, self.says, text) = (key, says, parts.joined() + "\n")
        (line, column) = (lines.count, lines[lines.count - 1].count + 1)
    }

    var testDescription: String { key + " " + says }
}

private let corpus = "corpus: { descriptor: corpus.yaml, path: data }\n"
private let vocabulary = "tokens: { vocabulary: vocab }\n"
private let teacher = "teacher: { model: teacher }\n"
private let random = "architecture: { layers: 1, hidden: 8, intermediate: 8, heads: 2 }"

private let mistakes = [
    // Keys.
    Mistake("distill.epoch", "unknown key; did you mean 'epochs'?; known here: batchSize, ", "distill: { ^epoch: 3 }"),
    Mistake("distill.dropout", "unknown key; known here: batchSize, ", "distill:\n  epochs: 3\n  ^dropout: 0.1"),
    Mistake("studnet", "unknown key; did you mean 'student'?; known here: augment, baseline, ", "^studnet: {}"),
    Mistake(
        "distill.stages[1].hrad", "unknown key; did you mean 'hard'?",
        "distill: { stages: [{ share: 0.5, hard: 1 }, { share: 0.5, soft: 1, ^hrad: 1 }] }"),
    Mistake("distill.negatives.cout", "unknown key; did you mean 'count'?", "distill: { negatives: { ^cout: 1 } }"),
    Mistake("corpus", "is missing", whole: "^" + vocabulary + teacher),
    Mistake("corpus.descriptor", "is missing", whole: "corpus: ^{ path: data }\n" + vocabulary + teacher),
    Mistake("corpus", "is empty; name a dump or a descriptor", whole: "corpus: ^[]\n" + vocabulary + teacher),
    Mistake("corpus.minBytes", "has no effect beside 'descriptor'", whole: "corpus: { descriptor: corpus.yaml, path: data, minBytes: ^3 }\n" + vocabulary + teacher),
    Mistake("corpus.path", "has no effect beside 'wikipedia'", whole: "corpus: { wikipedia: dump.xml, path: ^data }\n" + vocabulary + teacher),
    Mistake("corpus.split", "has no effect where examples are read", whole: "corpus: { descriptor: corpus.yaml, path: data, split: ^dev }\n" + vocabulary + teacher),
    Mistake("corpus[0].split", "the corpus has no split 'devel'", whole: "corpus: [{ descriptor: corpus.yaml, path: data, split: ^devel }]\n" + vocabulary + teacher),
    Mistake("corpus.wikipedia", "is a folder; give a dump", whole: "corpus: { wikipedia: ^data }\n" + vocabulary + teacher),
    Mistake("corpus.wikipedia", "there is no file or folder 'dmp.xml'", whole: "corpus: { wikipedia: ^dmp.xml }\n" + vocabulary + teacher),
    Mistake("corpus.namespaces", "'zero' is not the number of a namespace", whole: "corpus: { wikipedia: dump.xml, namespaces: ^[zero] }\n" + vocabulary + teacher),
    Mistake("corpus", "leave out `tokens.pack: false`", whole: "corpus: ^{ wikipedia: dump.xml }\ntokens: { pack: false, vocabulary: vocab }\n" + teacher),
    Mistake("teacher.finetune", "needs labels", whole: "corpus: { wikipedia: dump.xml }\n" + vocabulary + "teacher: { model: teacher, finetune: ^{} }\n"),
    Mistake("evaluate", "has no labels", whole: "corpus: { wikipedia: dump.xml }\nevaluate: ^{ splits: [train] }\n" + vocabulary + teacher),
    Mistake("distill", "a stage has soft or hard losses", whole: "corpus: { wikipedia: dump.xml }\ndistill: ^{}\n" + vocabulary + teacher),
    Mistake("baseline", "needs labels", whole: "corpus: { wikipedia: dump.xml }\nbaseline: ^{ objective: hard }\n" + vocabulary + teacher),
    Mistake("student.projections", "says whether those of 'from' are taken", "student: { layers: 1, hidden: 8, intermediate: 8, heads: 2, projections: ^true }"),
    Mistake("teacher", "is missing", whole: "^" + corpus + vocabulary),
    Mistake("teacher.model", "is missing; give the folder of a teacher", whole: corpus + vocabulary + "teacher: ^{ finetune: {} }"),

    // Kinds of values.
    Mistake("distill", "a mapping of keys to values is asked for", "distill: ^90"),
    Mistake("export", "a mapping of keys to values is asked for", "name: x\nexport: ^[huggingface]"),
    Mistake("distill.epochs", "one value is asked for", "distill: { epochs: ^[3] }"),
    Mistake("distill.cosine", "one value is asked for", "distill: { cosine: ^{} }"),
    Mistake("evaluate.splits", "a list is asked for", "evaluate: { splits: ^dev }"),
    Mistake("evaluate.splits", "a list of plain values is asked for", "evaluate: { splits: ^[[dev]] }"),
    Mistake("distill.stages", "a list is asked for", "distill: { stages: ^{ share: 1 } }"),
    Mistake("distill.stages[0]", "a mapping of keys to values is asked for", "distill: { stages: [^1] }"),
    Mistake("distill.epochs", "'3.5' is not a whole number", "distill: { epochs: ^3.5 }"),
    Mistake("distill.epochs", "'' is not a whole number", "distill: { epochs: ^\"\" }"),
    Mistake("distill.learningRate", "'fast' is not a number", "distill: { learningRate: ^fast }"),
    Mistake("distill.learningRate", "'nan' is not a number", "distill: { learningRate: ^nan }"),
    Mistake("distill.clip", "'inf' is not a number", "distill: { clip: ^inf }"),
    Mistake("seed", "'-1' is not a whole number from 0 on", "seed: ^-1"),
    Mistake("seed", "'18446744073709551616' is not a whole number from 0 on", "seed: ^18446744073709551616"),
    Mistake(
        "tokens.lowercase", "'yes' is neither true nor false",
        whole: corpus + teacher + "tokens: { vocabulary: vocab, lowercase: ^yes }"),

    // Ranges.
    Mistake("distill.batchSize", "0 is outside 1...4096", "distill: { batchSize: ^0 }"),
    Mistake("distill.warmup", "1.5 is outside 0.0...1.0", "distill: { warmup: ^1.5 }"),
    Mistake("distill.temperature", "0 is outside 0.01...1000.0", "distill: { temperature: ^0 }"),
    Mistake("tokens.maxLength", "2 is outside 3...65535", whole: corpus + teacher + "tokens: { vocabulary: vocab, maxLength: ^2 }"),
    Mistake(
        "corpus.rejects", "-1 is outside 0...1000000000",
        whole: "corpus: { descriptor: corpus.yaml, path: data, rejects: ^-1 }\n" + teacher),

    // Words.
    Mistake(
        "distill.cosine", "'sequnce' is unknown; did you mean 'sequence'?; give one of sequence, token, cls, mean, sequence+cls",
        "distill: { cosine: ^sequnce }"),
    Mistake("distill.objective", "'tinybret' is unknown; did you mean 'tinybert'?; give one of lrc, tinybert, pkd", "distill: { objective: ^tinybret }"),
    Mistake("distill.contrastWeight", "has no effect with objective 'mse', which compares states by their squared error; leave it out", "distill: { objective: mse, contrastWeight: ^1 }"),
    Mistake("distill.tau", "has no effect with objective 'lrc'", "distill: { tau: ^1 }"),
    Mistake("baseline.tau", "has no effect with objective 'lrc'", "distill: {}\nbaseline: { tau: ^1 }"),
    Mistake("distill.stages[0].contrastive", "is another word for 'states'", "distill: { stages: [{ share: 1, states: 1, contrastive: ^1 }] }"),
    Mistake(
        "distill.stages[0].states", "weighs a loss of states, and objective 'soft' has none",
        "distill: { objective: soft, stages: [{ share: 1, states: ^1 }] }"),
    Mistake("evaluate", "names no split, and `distill` keeps the weights that are best", whole: "^" + corpus + vocabulary + teacher + "distill: { keep: best }"),
    Mistake("distill.layers", "'first' is unknown; give 'uniform' or a list", "distill: { layers: ^first }"),
    Mistake("distill.layers", "'first' is unknown; give one of skip, last, uniform", "distill: { objective: pkd, layers: ^first }"),
    Mistake("distill.layers", "name at least one layer", "distill: { objective: pkd, layers: ^[] }"),
    Mistake("distill.mlm", "'maybe' is neither on, as published, nor off, the task form", "distill: { objective: distilbert, mlm: ^maybe }"),
    Mistake("mask", "has no effect without `distill: { objective: distilbert, mlm: on }`", "mask: ^{ copies: 2 }\ndistill: {}"),
    Mistake("distill.negatives.from", "'all' takes the mean of all, and objective 'infonce' looks at each", "distill: { objective: infonce, negatives: { from: ^all } }"),
    Mistake("features.precision", "'float15' is unknown; did you mean 'float16'?", "features: { precision: ^float15 }"),
    Mistake(
        "features.tensors", "lack 'hidden', which `distill` needs (",
        "features: { tensors: ^[logits] }\ndistill: {}"),
    Mistake("features.tensors", "name at least one of hidden, cls, mean", "features: { tensors: ^[] }"),
    Mistake("features.tensors", "'polled' is unknown; give hidden, cls, mean, attention, qkv, pooled", "features: { tensors: ^[hidden, polled] }"),
    Mistake("features.cache", "there is no file or folder 'nowhere'", "features: { cache: ^nowhere }"),
    Mistake("features.precision", "has no effect beside 'cache'", "features: { cache: data, precision: ^float16 }"),
    Mistake("features.cache", "is of no use without `distill`", "features: { cache: ^data }"),
    Mistake("features.layers", "'all' is unknown; give 'uniform' or a list of numbers", "features: { layers: ^all }"),
    Mistake("features.layers", "'0' is not the number of a layer, from 1 on", "features: { layers: ^[1, 0] }"),
    Mistake("distill.perturbation", "'l3' is unknown; give off, raw, l2 or sign", "distill: { perturbation: ^l3 }"),
    Mistake("distill.perturbation.kind", "is missing", "distill: { perturbation: ^{ epsilon: 1 } }"),
    Mistake(
        "distill.negatives.from", "'memory' is unknown; give one of batch, window, bank, all",
        "distill: { negatives: { from: ^memory } }"),
    Mistake("distill.negatives.size", "is that of a bank", "distill: { negatives: { size: ^9 } }"),
    Mistake(
        "distill.negatives.from", "'bank' holds one vector a sequence, and cosine 'sequence' compares whole ones",
        "distill: { negatives: { from: ^bank } }"),
    Mistake(
        "distill.negatives.from", "'all' has no sums for cosine 'token'",
        "features: { tensors: [hidden, logits, sums] }\ndistill: { cosine: token, negatives: { from: ^all } }"),
    Mistake(
        "distill.negatives.count", "has no effect with from: all",
        "features: { tensors: [hidden, logits, sums] }\ndistill: { negatives: { from: all, count: ^9 } }"),
    Mistake(
        "features.tensors", "lack 'sums', which `distill` needs",
        "features: { tensors: ^[hidden, logits] }\ndistill: { negatives: { from: all } }"),
    Mistake("distill.negatives.leaveOut", "'twins' is unknown; give duplicates, document, label", "distill: { negatives: { leaveOut: ^[twins] } }"),
    Mistake("export.format", "'onnx' is unknown; 'huggingface' is what can be exported", "distill: {}\nexport: { format: ^onnx }"),

    // What must agree.
    Mistake("distill.stages", "at least one stage is asked for", "distill: { stages: ^[] }"),
    Mistake(
        "distill.stages", "the shares add up to 0.5, not to 1",
        "distill: { stages: ^[{ share: 0.25, soft: 1 }, { share: 0.25, hard: 1 }] }"),
    Mistake("distill.stages[0].share", "is missing", "distill: { stages: [^{ hard: 1 }] }"),
    Mistake(
        "distill.stages[1].share", "all three losses of this stage have weight 0",
        "distill:\n  stages:\n    - { share: 0.5, hard: 1 }\n    - { share: ^0.5 }"),
    Mistake("student.hidden", "is missing", "student: ^{ layers: 1 }"),
    Mistake("student.heads", "3 does not divide hidden, 8", "student: { layers: 1, hidden: 8, intermediate: 8, heads: ^3 }"),
    Mistake("evaluate.splits", "the corpus has no split 'devel'; it has dev, test, train", "evaluate: { splits: ^[devel] }"),
    Mistake(
        "teacher.model", "stands beside 'architecture'; give one of them",
        whole: corpus + vocabulary + "teacher: { model: ^teacher, \(random) }"),
    Mistake(
        "teacher.finetune", "is missing; a teacher of random weights has to be trained first",
        whole: corpus + vocabulary + "teacher: ^{ \(random) }"),

    Mistake(
        "teacher.labels", "has no effect beside `finetune`",
        whole: corpus + vocabulary + "teacher: { model: teacher, labels: ^[ham, spam], finetune: {} }"),
    Mistake(
        "features.tensors", "lack 'logits', which `distill` needs (the soft loss of a stage)",
        "features: { tensors: ^[hidden] }\ndistill: {}"),
    Mistake(
        "student", "has 64 positions, and tokens.maxLength is 128",
        "student: ^{ layers: 1, hidden: 8, intermediate: 8, heads: 2, positions: 64 }\ndistill: {}"),
    Mistake(
        "distill.head", "'probe' trains the head with the losses of a later stage",
        "distill: { head: ^probe, stages: [{ share: 1, contrastive: 1 }] }"),
    Mistake("baseline.temperature", "has no effect with objective 'hard'", "baseline: { objective: hard, temperature: ^2 }"),
    Mistake("export", "has nothing to export; add a `distill` section", "export: ^{}"),

    // What must be there.
    Mistake(
        "corpus.path", "there is no file or folder 'dta'",
        whole: "corpus: { descriptor: corpus.yaml, path: ^dta }\n" + vocabulary + teacher),
    Mistake(
        "corpus.path", "there is no folder '",
        whole: "corpus: { descriptor: corpus.yaml, path: ^corpus.yaml }\n" + vocabulary + teacher),
    Mistake(
        "corpus.descriptor", "there is no descriptor 'other.yaml'",
        whole: "corpus: { descriptor: ^other.yaml, path: data }\n" + vocabulary + teacher),
    Mistake(
        "corpus.descriptor", "GLUE has no task 'mrcp'; did you mean 'MRPC'?",
        whole: "corpus: { descriptor: ^glue/mrcp, path: data }\n" + vocabulary + teacher),
    Mistake("tokens.vocabulary", "there is no file or folder 'words'", whole: corpus + "tokens: { vocabulary: ^words }\n" + teacher),
    Mistake("teacher.model", "there is no file or folder 'nowhere'", whole: corpus + vocabulary + "teacher: { model: ^nowhere }"),
    Mistake(
        "teacher.model", "is a file; give the folder of a Hugging Face BERT",
        whole: corpus + vocabulary + "teacher: { model: ^corpus.yaml }"),
    Mistake("teacher.model", "is empty; give a file or folder", whole: corpus + vocabulary + "teacher: { model: ^\"\" }"),
    Mistake(
        "student.init", "is neither random, embedding-svd, teacher-layers nor a folder",
        "student: { layers: 1, hidden: 8, intermediate: 8, heads: 2, init: ^nowhere }"),
    Mistake(
        "student.init", "is neither random, embedding-svd, teacher-layers nor a folder",
        "student: { layers: 1, hidden: 8, intermediate: 8, heads: 2, init: ^corpus.yaml }"),
]

@Suite struct BadSettingsTests {
    @Test(arguments: mistakes) func areFoundByPlaceAndKey(_ mistake: Mistake) throws {
        let bench = try Bench()
        let error = try #require(#expect(throws: PipelinesError.self) { try bench.settings(mistake.text) })
        let place = "\(bench.path)/made-up.yaml:\(mistake.line):\(mistake.column): \(mistake.key): "
        #expect(error.description.hasPrefix(place), "\(error.description)")
        #expect(error.description.dropFirst(place.count).contains(mistake.says), "\(error.description)")
        #expect(error.isUsage && !error.isInterruption)
    }
}
