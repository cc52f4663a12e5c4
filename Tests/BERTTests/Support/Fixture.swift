import BERT
import Kernels

/// A model folder of scripts/reference/bert_parity.py and what transformers computes from it.
struct Fixture {
    static let names = ["head26", "head32-half", "head64", "oldnames-bfloat"]

    /// Of scripts/reference/masked_words.py.
    static let masked = fixtures() + "/masked"

    let folder: String
    let model: BERTModel
    let expected: SafetensorsFile
    let batch: TokenBatch

    init(_ name: String) throws {
        folder = fixtures() + "/" + name
        model = try BERTModel(folder: folder)
        expected = try SafetensorsFile(folder + "/expected.safetensors")
        let (ids, types) = (expected.integers("ids")!, expected.integers("types")!)
        var batch = TokenBatch()
        let offsets = expected.integers("offsets")!.map(Int.init)
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            batch.append(ids: ids[start..<end], types: types[start..<end].map { UInt8($0) })
        }
        try batch.check(model.configuration)
        self.batch = batch
    }

    /// Everything the model shows.
    func taps(_ batch: TokenBatch? = nil, on workers: Workers = .one) -> Taps {
        let requirement = TapRequirement(
            layers: Array(1...model.configuration.layerCount), logits: true, pooled: true, embedding: true)
        return model.taps(batch ?? self.batch, requirement, workspace: Workspace(), on: workers)
    }
}

func fixtures(_ file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures"
}
