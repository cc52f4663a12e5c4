import BERT
import Features
import Files
import Kernels
import Records
import Shards

/// `limbeck export`.
public enum ExportCommand {
    /// Writes a cache flat: `layer.N` [tokens, hidden], `offsets` [sequences + 1], `ids` [tokens], `logits` where there are any.
    public static func safetensors(_ folder: String, to file: String, work: Work) throws(PipelinesError) {
        let folders = ShardFolders.find(folder)
        guard folders.count == 1 else { throw .usage("'\(folder)' holds several sets; give one of \(folders.joined(separator: ", "))") }
        let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folders[0]) }
        let lengths = cache.shards.lengths
        let offsets = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let tokens = offsets[offsets.count - 1]
        guard tokens <= Int(Int32.max) else {
            throw .stage("export", problem: "the cache has \(tokens) tokens, more than the i32 of 'offsets' can count; export a part")
        }
        var writer = SafetensorsWriter()
        for (place, layer) in cache.layers.enumerated() {
            let states = Matrix(rows: tokens, columns: cache.hidden)
            for row in 0..<cache.count {
                try lift(PipelinesError.features) { () throws(FeaturesError) in
                    try cache.read(layer, row: row, into: states[rows: offsets[row]..<offsets[row + 1]])
                }
                if row % 64 == 63, work.observer.isInterrupted() { throw .stopped }
                work.observer.report(
                    ProgressEvent(
                        stage: "export", unit: "sequences x layers", done: place * cache.count + row + 1,
                        total: cache.layers.count * cache.count))
            }
            writer.append("layer.\(layer)", shape: [tokens, cache.hidden], states)
        }
        writer.append("offsets", shape: [offsets.count], integers: offsets.map(Int32.init))
        if cache.shards.schema.small.contains(where: { $0.name == "ids" }) {
            let ids = try lift(PipelinesError.shards) { () throws(ShardError) in try cache.shards.int32s("ids") }
            writer.append("ids", shape: [tokens], integers: ids)
        }
        if cache.classes > 0 {
            let taps = try lift(PipelinesError.features) { () throws(FeaturesError) in
                try cache.taps(Array(0..<cache.count), TapRequirement(logits: true), on: work.workers)
            }
            if let logits = taps.logits { writer.append("logits", shape: [cache.count, cache.classes], logits) }
        }
        let all = writer
        try lift(PipelinesError.model) { () throws(BERTError) in try all.write(to: file) }
        work.printer.note("export: \(cache.count) sequences of \(tokens) tokens, \(file)")
    }

    /// Copies the files of a model that others read.
    public static func model(_ folder: String, to output: String) throws(PipelinesError) {
        // Loaded once, so that what is copied is known to be a model.
        _ = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder) }
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(output)
            for name in ["config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json"] where Folder.exists(folder + "/" + name) {
                try AtomicFile.write(Folder.contents(folder + "/" + name), to: output + "/" + name)
            }
        }
    }
}
