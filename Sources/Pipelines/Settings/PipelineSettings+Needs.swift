import BERT
import Features

extension PipelineSettings {
    /// How words are masked, where an objective learns from them.
    ///
    /// - Throws: where a section of it has no use, or where no teacher could say what stood there.
    func masking(_ section: MaskSettings?, _ reader: SettingReader, _ teacherReader: SettingReader?) throws(PipelinesError) -> MaskSettings? {
        let kinds = students.map(\.settings.masksWords)
        guard kinds.contains(true) else {
            if section != nil { throw reader.error("mask", "has no effect without `distill: { objective: distilbert, mlm: on }`; leave it out") }
            return nil
        }
        guard !kinds.contains(false) else {
            throw reader.error("baseline", "and `distill` read different texts: one of them learns from masked words, and the other does not; make two pipelines of it")
        }
        guard evaluate.splits.isEmpty else {
            throw reader.error("evaluate", "judges classifiers, and a student of masked words has none; leave it out")
        }
        if let (name, _) = students.first(where: { $0.settings.tensors.isEmpty }) {
            throw reader.error(name, "has hard losses alone, and objective 'distilbert' learns from a teacher; give a stage `states` or `soft`")
        }
        if students.count == 2, students[0].settings.temperature != students[1].settings.temperature {
            throw reader.error("baseline", "has another temperature than `distill`, and words are drawn at one")
        }
        if features.cache != nil {
            if section != nil { throw reader.error("mask", "has no effect beside features.cache, whose words have been masked already; leave it out") }
            return nil
        }
        if let teacher, let teacherReader {
            if teacher.finetune != nil || teacher.source.isRandom {
                throw teacherReader.error(
                    "finetune", "drops the head of a masked language model, which objective 'distilbert' learns from; leave it out, or write `mlm: off`")
            }
            if case .folder(let folder) = teacher.source {
                let has = try lift(PipelinesError.model) { () throws(BERTError) in try MaskedLanguageHead.exists(in: folder) }
                if !has { throw teacherReader.error("model", Pipeline.headlessProblem(folder)) }
            }
        }
        return section ?? MaskSettings()
    }

    /// Refuses a transfer set that no stage uses, or that stands where none can, and stages that use one that does not stand.
    func checkTransfer(_ reader: SettingReader) throws(PipelinesError) {
        let using = students.filter { $0.settings.usesTransfer }
        guard !transfer.isEmpty else {
            if let (name, _) = using.first { throw reader.error(name, "has a stage of a transfer set, which is missing; add `transfer: [...]`") }
            return
        }
        guard corpus != nil, features.cache == nil, mask == nil else {
            throw reader.error(
                "transfer", "stands beside a corpus of examples, and here "
                    + (mask != nil ? "words are masked" : features.cache != nil ? "a cache stands for it" : "are texts alone, to which it can be added") + "; leave it out")
        }
        guard !using.isEmpty else {
            throw reader.error("transfer", "is used by no stage; write `distill: { stages: [{ share: 0.8, states: 1, from: transfer }, ...] }`")
        }
    }

    /// How words are drawn of what the teacher says.
    var wordSampling: WordSampling? {
        guard let mask, let student = students.first else { return nil }
        return WordSampling(draws: mask.draws, temperature: student.settings.temperature, seed: mask.seed)
    }

    /// Caches what the objectives read, or refuses a list of tensors that leaves some of it out.
    mutating func takeTensors(_ reader: SettingReader?) throws(PipelinesError) {
        if mask != nil, !features.tensorsAreStated { features.tensors = [] }
        for (name, section) in students where section.readsTeacher {
            for (tensor, reason) in section.tensors where !features.tensors.contains(where: tensor.alternatives.contains) {
                if let reader, reader.has("tensors") {
                    throw reader.error("tensors", "lack '\(tensor.rawValue)', which `\(name)` needs (\(reason)); add it")
                }
                features.tensors = (features.tensors + [tensor]).sorted()
            }
        }
    }
}
