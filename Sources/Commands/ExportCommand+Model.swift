import BERT
import Files
public import Pipelines

extension ExportCommand {
    /// Copies the files of a model that others read into a folder that is new or empty.
    public static func model(_ folder: String, to output: String, work: Work) throws(PipelinesError) {
        // Loaded once, so that what is copied is known to be a model.
        let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder) }
        let tokenizer = try TokenizerFolder(folder)
        try tokenizer.check(model.configuration, "the model")
        let names = ["config.json", "model.safetensors"] + tokenizer.fileNames
        let there = try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(output)
            return try Folder.names(output).sorted().filter { !$0.hasSuffix(".part") || !names.contains(String($0.dropLast(5))) }
        }
        if let other = try lift(PipelinesError.files, { () throws(FilesError) in try stranger(among: there, of: names, in: output, to: folder) }) {
            throw .holdsOthers(output, other, stage: "export")
        }
        if Set(there).isSuperset(of: names) { return work.printer.note("\(output): was made before") }
        try lift(PipelinesError.files) { () throws(FilesError) in
            for name in ["config.json", "model.safetensors"] { try AtomicFile.write(Folder.contents(folder + "/" + name), to: output + "/" + name) }
        }
        _ = try tokenizer.write(into: output, maximumLength: model.configuration.maximumPositions)
        work.printer.note("\(output): \(names.joined(separator: ", "))")
    }

    /// A file in the way of a model's copy. One that was cut off has its first files there, byte for byte.
    private static func stranger(among there: [String], of names: [String], in output: String, to folder: String) throws(FilesError) -> String? {
        guard there.contains("config.json") else { return there.first }
        for name in there {
            guard names.contains(name) else { return name }
            let isCopied = name == "config.json" || name == "model.safetensors"
            if isCopied, try ContentHash.file(output + "/" + name) != ContentHash.file(folder + "/" + name) { return name }
        }
        return nil
    }
}
