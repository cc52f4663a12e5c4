import Files
import Kernels

/// While a cache is being filled, a file beside its shards says what computes them: a run that goes on with other kernels or
/// another BLAS would end with bytes that no run makes from beginning to end. A finished cache has none, so that equal
/// features are equal folders.
struct ArithmeticMark {
    let folder: String

    private var path: String { folder + "/arithmetic.txt" }

    /// What the mark says; nil where there is none.
    func read() throws(FeaturesError) -> String? {
        let path = path
        guard Folder.exists(path) else { return nil }
        let bytes = try lift(FeaturesError.files) { () throws(FilesError) in try Folder.contents(path) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(_ text: String) throws(FeaturesError) {
        try lift(FeaturesError.files) { () throws(FilesError) in
            try Folder.create(folder)
            try AtomicFile.write(Array(text.utf8), to: path)
        }
    }

    /// Leaves the mark where there is none.
    ///
    /// - Throws: `FeaturesError.stale` where it names another arithmetic.
    func check() throws(FeaturesError) {
        if let before = try read() {
            guard before == arithmetic else {
                throw .stale(
                    folder: folder,
                    what: ["it was begun by '\(before)', and this process computes with '\(arithmetic)' (LIMBECK_KERNELS chooses kernels)"])
            }
        } else {
            try write(arithmetic)
        }
    }

    func remove() throws(FeaturesError) {
        try lift(FeaturesError.files) { () throws(FilesError) in try Folder.remove(path) }
    }
}
