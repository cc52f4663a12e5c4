import Files
import Kernels

/// While a cache is being filled, a file beside its shards says what computes them: a run that goes on with other kernels or
/// another BLAS would end with bytes that no run makes from beginning to end. A finished cache has none, so that equal
/// features are equal folders.
struct ArithmeticMark {
    let folder: String

    private var path: String { folder + "/arithmetic.txt" }

    /// Leaves the mark where there is none.
    ///
    /// - Throws: `FeaturesError.stale` where it names another arithmetic.
    func check() throws(FeaturesError) {
        let path = path
        if Folder.exists(path) {
            let bytes = try lift(FeaturesError.files) { () throws(FilesError) in try Folder.contents(path) }
            let before = String(decoding: bytes, as: UTF8.self)
            guard before == arithmetic else {
                throw .stale(
                    folder: folder,
                    what: ["it was begun by '\(before)', and this process computes with '\(arithmetic)' (LIMBECK_KERNELS chooses kernels)"])
            }
        } else {
            try lift(FeaturesError.files) { () throws(FilesError) in
                try Folder.create(folder)
                try AtomicFile.write(Array(arithmetic.utf8), to: path)
            }
        }
    }

    func remove() throws(FeaturesError) {
        try lift(FeaturesError.files) { () throws(FilesError) in try Folder.remove(path) }
    }
}
