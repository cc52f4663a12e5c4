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
    /// Nil where there is nothing left to write.
    private let lock: FolderLock?

    /// Opens, makes or takes up the folder, and holds it until this value goes. A finished one is only looked at, by any number
    /// of processes at once.
    ///
    /// - Parameter wait: called where another process fills the folder, and then again and again; throws to give up, which is
    ///   what is done where nothing else is said.
    /// - Throws: where it was filled from other inputs, or where an output was changed since.
    init(
        _ path: String, plan: StagePlan,
        wait: (FilesError) throws(PipelinesError) -> Void = { error throws(PipelinesError) in throw .files(error) }
    ) throws(PipelinesError) {
        (self.path, self.plan) = (path, plan)
        if let mark = try Self.mark(path + "/stage.json"), mark.outputs != nil {
            try Self.check(mark, path, plan)
            (isSealed, lock) = (true, nil)
            return
        }
        lock = try Self.lock(path, wait)
        // It may have been finished while we waited.
        let entries = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.names(path) }
            .filter { !["stage.json", "stage.json.part", ".stages"].contains($0) }
        // A mark of another plan by itself is of one that failed before it wrote anything.
        if let mark = try Self.mark(path + "/stage.json"), mark.fingerprint == plan.fingerprint || mark.outputs != nil || !entries.isEmpty {
            try Self.check(mark, path, plan)
            isSealed = mark.outputs != nil
            return
        }
        isSealed = false
        if let other = entries.first {
            throw .holdsOthers(path, other, stage: plan.name)
        }
        try write(Mark(stage: plan.name, fingerprint: plan.fingerprint, inputs: Self.inputs(plan), outputs: nil))
    }

    private static func lock(
        _ path: String, _ wait: (FilesError) throws(PipelinesError) -> Void
    ) throws(PipelinesError) -> FolderLock {
        while true {
            do throws(FilesError) {
                try Folder.create(path)
                return try FolderLock(path)
            } catch {
                guard case .locked = error else { throw .files(error) }
                try wait(error)
            }
        }
    }

    /// Refuses a folder that was made for another plan, or whose outputs are not what was made.
    private static func check(_ mark: Mark, _ path: String, _ plan: StagePlan) throws(PipelinesError) {
        guard mark.fingerprint == plan.fingerprint else {
            let now = inputs(plan)
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
    }

    /// Marks the stage as finished, and removes what it needed only until then.
    ///
    /// - Parameters:
    ///   - outputs: names of files in the folder whose contents the mark vouches for.
    ///   - leftovers: names of files that a finished stage has no use for.
    func seal(outputs: [String], leftovers: [String]) throws(PipelinesError) {
        var hashes: [String: String] = [:]
        for name in outputs {
            hashes[name] = try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(path + "/" + name) }
        }
        try write(Mark(stage: plan.name, fingerprint: plan.fingerprint, inputs: Self.inputs(plan), outputs: hashes))
        try lift(PipelinesError.files) { () throws(FilesError) in
            for name in leftovers { try Folder.removeFile(path + "/" + name) }
        }
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

    /// Whether the stage of a plan is finished there, without opening it.
    static func isFinished(_ path: String, _ plan: StagePlan) -> Bool {
        guard let mark = try? mark(path + "/stage.json") else { return false }
        return mark.fingerprint == plan.fingerprint && mark.outputs != nil
    }
}
