import Files
import FoundationEssentials
import Records

/// A folder that one stage fills: locked while it does, marked with what decides its contents, sealed at the end.
struct StageFolder {
    /// `stage.json`.
    private struct Mark: Codable {
        var stage: String
        var fingerprint: String
        var inputs: [String: String]
        /// XXH3-128 of each output, once all are there.
        var outputs: [String: String]?
    }

    let path: String
    let plan: StagePlan
    /// Whether its stage was finished before.
    let isSealed: Bool
    private let lock: FolderLock

    /// Opens, makes or takes up the folder, and holds it until this value goes.
    ///
    /// - Throws: where another process fills it, where it was filled from other inputs, or where an output was changed since.
    init(_ path: String, plan: StagePlan) throws(PipelinesError) {
        (self.path, self.plan) = (path, plan)
        let file = path + "/stage.json"
        lock = try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(path)
            return try FolderLock(path)
        }
        let mark = try Self.mark(file)
        guard let mark else {
            isSealed = false
            let entries = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.names(path) }
                .filter { !$0.hasSuffix(".part") && $0 != ".stages" }
            if let other = entries.first {
                throw .stage(plan.name, problem: "'\(path)' holds other files ('\(other)'); give a new or an empty folder")
            }
            try write(Mark(stage: plan.name, fingerprint: plan.fingerprint, inputs: Self.inputs(plan), outputs: nil))
            return
        }
        guard mark.fingerprint == plan.fingerprint else {
            let now = Self.inputs(plan)
            let changed = Set(now.keys).union(mark.inputs.keys).sorted().filter { now[$0] != mark.inputs[$0] }
            let what = mark.stage == plan.name ? "other \(changed.joined(separator: ", "))" : "stage '\(mark.stage)'"
            throw .stage(plan.name, problem: "'\(path)' was filled from \(what); give another folder, or remove this one")
        }
        for (name, hash) in (mark.outputs ?? [:]).sorted(by: { $0.key < $1.key }) {
            let found = try? ContentHash.file(path + "/" + name)
            guard found == hash else {
                throw .stage(
                    plan.name,
                    problem: "'\(path)/\(name)' \(found == nil ? "is gone" : "was changed") since the stage was finished; remove the folder to make it anew")
            }
        }
        isSealed = mark.outputs != nil
        if !isSealed { try removeParts(path) }
    }

    /// Marks the stage as finished.
    ///
    /// - Parameter outputs: names of files in the folder whose contents the mark vouches for.
    func seal(outputs: [String]) throws(PipelinesError) {
        var hashes: [String: String] = [:]
        for name in outputs {
            hashes[name] = try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(path + "/" + name) }
        }
        try write(Mark(stage: plan.name, fingerprint: plan.fingerprint, inputs: Self.inputs(plan), outputs: hashes))
    }

    private static func inputs(_ plan: StagePlan) -> [String: String] {
        Dictionary(plan.inputs.map { ($0.name, $0.value) }) { _, last in last }
    }

    private static func mark(_ file: String) throws(PipelinesError) -> Mark? {
        guard Folder.exists(file) else { return nil }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        guard let mark = try? JSONDecoder().decode(Mark.self, from: Data(bytes)) else {
            throw .stage("store", problem: "'\(file)' is damaged; remove its folder to make it anew")
        }
        return mark
    }

    private func write(_ mark: Mark) throws(PipelinesError) {
        let bytes = mark.json(pretty: true)
        try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.write(bytes, to: path + "/stage.json") }
    }

    /// What a kill left half-written at the top of the folder; shard sets look after their own.
    private func removeParts(_ path: String) throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in
            for name in try Folder.names(path) where name.hasSuffix(".part") { try Folder.remove(path + "/" + name) }
        }
    }

    /// Whether the stage of a plan is finished there, without opening it.
    static func isFinished(_ path: String, _ plan: StagePlan) -> Bool {
        guard let mark = try? mark(path + "/stage.json") else { return false }
        return mark.fingerprint == plan.fingerprint && mark.outputs != nil
    }
}
