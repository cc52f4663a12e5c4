import BERT
import Files

extension Pipeline {
    /// Copies the student with its tokenizer: a folder that `transformers` loads.
    func export(into path: String) throws(PipelinesError) -> [String] {
        let source = folder(of: plan("distill") != nil ? "distill" : "baseline")
        try lift(PipelinesError.files) { () throws(FilesError) in
            for file in ["config.json", "model.safetensors"] {
                try AtomicFile.write(Folder.contents(source + "/" + file), to: path + "/" + file)
            }
        }
        return ["config.json", "model.safetensors"] + (try tokenizer.write(into: path, maximumLength: settings.student.architecture.positions))
    }
}
