import Files

/// How long a training took in all, across interruptions; a file beside its checkpoint, which goes with it: a finished folder says nothing
/// of the machine.
struct TrainingTime {
    static let name = "seconds"
    private let file: String

    init(_ folder: String) { file = folder + "/" + Self.name }

    var seconds: Double? {
        guard Folder.exists(file), let bytes = try? Folder.contents(file) else { return nil }
        return Double(String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? "")
    }

    /// Adds what some work takes, whether it ends or is interrupted.
    func measure<Value>(_ work: () throws(PipelinesError) -> Value) throws(PipelinesError) -> Value {
        let (before, start) = (seconds ?? 0, ContinuousClock.now)
        func write() throws(PipelinesError) {
            let text = "\(before + (ContinuousClock.now - start) / .seconds(1))\n"
            try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.write(Array(text.utf8), to: file) }
        }
        do {
            let value = try work()
            try write()
            return value
        } catch {
            try? write()
            throw error
        }
    }
}
