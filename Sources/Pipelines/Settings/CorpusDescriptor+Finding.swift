import Corpora
import Files
import Yams

extension CorpusDescriptor {
    /// A task of GLUE by its name (`glue/mrpc`), or the descriptor in a YAML file.
    ///
    /// - Returns: the descriptor, and the folder of its files where it stands beside it.
    static func find(
        _ name: String, error: (String) -> PipelinesError, locate: (String) -> String?
    ) throws(PipelinesError) -> (descriptor: CorpusDescriptor, folder: String?) {
        // A folder of that name is the task's data: `glue/CoLA` means the task wherever it is said.
        if name.hasPrefix("glue/"), locate(name).map(Folder.isFolder) ?? true {
            let wanted = String(name.dropFirst("glue/".count))
            guard let task = GLUETask(named: wanted) else {
                let names = GLUETask.allCases.map(\.rawValue)
                throw error("GLUE has no task '\(wanted)'\(suggestion(wanted, names)); it has \(names.joined(separator: ", "))")
            }
            return (task.descriptor, nil)
        }
        guard let file = locate(name) else {
            throw error("there is no descriptor '\(name)'; give glue/TASK, or a YAML file as corpora/README.md describes it")
        }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        let text = try SettingTree.yaml(bytes, file)
        // The tree first: its errors say where.
        _ = try SettingTree(yaml: text, file: file, environment: nil)
        let descriptor: CorpusDescriptor
        do { descriptor = try YAMLDecoder().decode(CorpusDescriptor.self, from: text) } catch let error as DecodingError {
            throw .yaml(file: file, problem: problem(error))
        } catch { throw .yaml(file: file, problem: "it is not YAML") }
        do { try descriptor.validate() } catch { throw .yaml(file: file, problem: error.description) }
        let folder = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
        return (descriptor, Folder.isFolder(folder) ? folder : nil)
    }

    private static func problem(_ error: DecodingError) -> String {
        func key(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            (context.codingPath + (last.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let missing, let context): return "'\(key(context, missing))' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = key(context)
            return (place.isEmpty ? "" : "'\(place)': ") + context.debugDescription
        @unknown default: return "it does not describe a corpus"
        }
    }
}

extension CorpusSettings {
    /// From a command line.
    public init(descriptor name: String, path: String?) throws(PipelinesError) {
        let found = try CorpusDescriptor.find(name, error: { .usage("--task or --descriptor: \($0)") }) { Folder.exists($0) ? $0 : nil }
        guard let folder = path ?? found.folder else { throw .usage("--path is missing; give the folder that holds the files of '\(name)'") }
        guard Folder.isFolder(folder) else { throw .usage("--path: there is no folder '\(folder)'") }
        self.init(descriptor: found.descriptor, path: folder)
    }
}
