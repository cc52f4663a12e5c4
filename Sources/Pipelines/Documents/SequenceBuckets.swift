import Files

/// Sequences on disk, to be given back in a random order, each but once.
///
/// A hash of seed and contents does both: sorted by it, sequences are shuffled, and equal ones stand together. Its first byte
/// parts them among files, and the next byte those of a file that is too large for the memory, so that any number can be
/// sorted; the order does not depend on the memory.
final class SequenceBuckets {
    private let folder: String
    private let memory: Int
    private let seed: UInt64
    /// Files that are to be read, the next one last: which they are, and how many bytes of the hash part them.
    private var files: [(path: String, depth: Int)] = []
    private var buffers = [[UInt32]](repeating: [], count: 256)
    private var hashed: [UInt32] = []
    /// Sequences that were added.
    private(set) var count = 0
    /// Those of them that were there before.
    private(set) var duplicates = 0

    /// - Parameters:
    ///   - folder: is made anew.
    ///   - memory: of what is held at once, in bytes.
    init(_ folder: String, memory: Int, seed: UInt64) throws(FilesError) {
        (self.folder, self.memory, self.seed) = (folder, memory, seed)
        try Folder.remove(folder)
        try Folder.create(folder)
    }

    /// Adds a sequence of a document.
    func add(_ ids: [Int32], document: Int32) throws(FilesError) {
        count += 1
        hashed.removeAll(keepingCapacity: true)
        hashed.append(low(seed))
        hashed.append(high(seed))
        for id in ids { hashed.append(UInt32(bitPattern: id)) }
        let hash = unsafe hashed.withUnsafeBytes { unsafe ContentHash.xxh3_64($0) }
        let record = [low(hash), high(hash), UInt32(bitPattern: document), UInt32(ids.count)] + hashed[2...]
        try add(record, hash: hash, to: folder + "/bucket", depth: 0)
    }

    private func add(_ record: [UInt32], hash: UInt64, to path: String, depth: Int) throws(FilesError) {
        let bucket = Int(truncatingIfNeeded: hash >> UInt64(56 - 8 * depth)) & 0xFF
        buffers[bucket] += record
        if 4 * buffers[bucket].count > max(4096, memory / 2048) { try flush(bucket, path) }
    }

    private func flush(_ bucket: Int, _ path: String) throws(FilesError) {
        guard !buffers[bucket].isEmpty else { return }
        let file = try OutputFile(appendingTo: name(path, bucket))
        try file.append(buffers[bucket])
        try file.close()
        buffers[bucket].removeAll(keepingCapacity: true)
    }

    private func name(_ path: String, _ bucket: Int) -> String { path + "-" + (bucket < 16 ? "0" : "") + String(bucket, radix: 16) }

    /// Ends what was added to the files of a name; they are read next, in the order of their hashes.
    private func close(_ path: String, depth: Int) throws(FilesError) {
        for bucket in 0..<256 { try flush(bucket, path) }
        for bucket in (0..<256).reversed() where Folder.exists(name(path, bucket)) { files.append((name(path, bucket), depth + 1)) }
    }

    /// Ends the adding.
    func close() throws(FilesError) {
        try close(folder + "/bucket", depth: 0)
        buffers = [[UInt32]](repeating: [], count: 256)
    }

    /// The next sequences in the order of their hashes; nil at the end, when the folder is gone.
    func next() throws(FilesError) -> SequenceBucket? {
        while let (path, depth) = files.popLast() {
            // Beside the words of a sequence, an entry of the index is held.
            if try Folder.size(path) > memory / 3, depth < 8 {
                try split(path, depth)
                continue
            }
            let bucket = try SequenceBucket(path)
            duplicates += bucket.duplicates
            try Folder.removeFile(path)
            return bucket
        }
        try Folder.remove(folder)
        return nil
    }

    private func split(_ path: String, _ depth: Int) throws(FilesError) {
        try forEachRecord(of: path) { record, hash throws(FilesError) in try add(record, hash: hash, to: path, depth: depth) }
        try Folder.removeFile(path)
        try close(path, depth: depth)
    }
}

/// Sequences whose hashes begin alike, in the order of the hashes; of equal ones the first.
struct SequenceBucket {
    private var words: [UInt32] = []
    /// Hashes, and where in `words` the sequence's record begins.
    private var index: [(hash: UInt64, start: Int)] = []
    fileprivate private(set) var duplicates = 0

    fileprivate init(_ path: String) throws(FilesError) {
        words.reserveCapacity(try Folder.size(path) / 4)
        // Equal sequences in plenty all come into one file, so they are told apart while it is read.
        var known: [UInt64: Int] = [:]
        var others: [Int] = []
        try forEachRecord(of: path) { record, hash throws(FilesError) in
            func isEqual(_ start: Int) -> Bool {
                words[start + 3] == record[3] && words[(start + 4)..<(start + record.count)].elementsEqual(record[4...])
            }
            let first = known[hash]
            guard first.map(isEqual) != true, first == nil || !others.contains(where: isEqual) else {
                duplicates += 1
                return
            }
            if first == nil { known[hash] = words.count } else { others.append(words.count) }
            index.append((hash, words.count))
            words += record
        }
        index.sort { ($0.hash, $0.start) < ($1.hash, $1.start) }
    }

    var count: Int { index.count }

    func document(_ row: Int) -> Int32 { Int32(bitPattern: words[index[row].start + 2]) }

    func ids(_ row: Int) -> [Int32] {
        let start = index[row].start
        return words[(start + 4)..<(start + 4 + Int(words[start + 3]))].map { Int32(bitPattern: $0) }
    }
}

/// A record is the hash, low word first, the number of the document, that of ids, and the ids.
private func forEachRecord(
    of path: String, _ body: ([UInt32], UInt64) throws(FilesError) -> Void
) throws(FilesError) {
    let file = try MappedFile(path)
    let bytes = file.bytes
    var at = 0
    func word(_ index: Int) -> UInt32 { unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at + 4 * index, as: UInt32.self) }
    while at < bytes.byteCount {
        let count = 4 + Int(word(3))
        try body((0..<count).map(word), UInt64(word(0)) | UInt64(word(1)) << 32)
        at += 4 * count
    }
}

private func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
private func high(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value >> 32) }
