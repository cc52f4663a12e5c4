import Files

/// What was committed to a folder, a line each; every line carries the hash of itself and the line before.
struct Journal {
    /// The first line: what is being written.
    struct Opening: Codable, Equatable {
        var cache: String
        var format: String
        var identity: ShardIdentity
        var schema: ShardSchema
        var shardBytes: Int
        var version: Int
        /// Of a part of a set: where it begins. Absent in a set.
        var part: ShardPosition?
    }

    let opening: Opening
    private(set) var entries: [ShardManifest.File] = []
    /// All lines.
    private(set) var text: [UInt8]
    private var lastLine: [UInt8]
    /// The hash in the last line.
    private(set) var chain: String

    init(_ opening: Opening) {
        self.opening = opening
        (lastLine, chain) = CanonicalJSON.sealed(opening, "chain")
        text = lastLine
    }

    /// Where the next shard begins.
    var next: ShardPosition {
        guard let last = entries.last else { return opening.part ?? ShardPosition(ordinal: 0, row: 0) }
        return ShardPosition(ordinal: last.ordinal + 1, row: last.firstRow + last.rows)
    }

    /// Adds a line for a shard that is on the disk.
    /// - Returns: the line.
    mutating func append(_ entry: ShardManifest.File) -> [UInt8] {
        (lastLine, chain) = CanonicalJSON.sealed(entry, "chain", after: lastLine)
        text += lastLine
        entries.append(entry)
        return lastLine
    }
}

extension Journal {
    private struct Version: Decodable {
        var format: String
        var version: Int
    }

    /// Reads a journal up to a last line that was torn.
    ///
    /// - Returns: nil where not even the first line is whole.
    /// - Throws: `ShardError.damaged` where a line is wrong that others follow.
    static func read(_ bytes: [UInt8], _ path: String) throws(ShardError) -> Journal? {
        var journal: Journal?
        var from = 0
        var number = 1
        while let end = bytes[from...].firstIndex(of: 0x0A) {
            let line = Array(bytes[from...end])
            do {
                try read(line, &journal)
            } catch {
                switch error {
                case .version(let found): throw .unknownVersion(file: path, found: found)
                case .problem where end == bytes.count - 1: return journal
                case .problem(let text): throw .damaged(file: path, row: nil, column: nil, problem: "line \(number): \(text)")
                }
            }
            from = end + 1
            number += 1
        }
        return journal
    }

    private enum LineError: Error {
        case problem(String)
        case version(Int)
    }

    private static func read(_ line: [UInt8], _ journal: inout Journal?) throws(LineError) {
        guard let chain = CanonicalJSON.seal(of: line, "chain", after: journal?.lastLine ?? []) else {
            throw .problem("it is not what its hash says")
        }
        do {
            if journal == nil {
                let version = try CanonicalJSON.decode(Version.self, line)
                guard version.format == ShardFormat.name else { throw JSONProblem(text: "its format is '\(version.format)'") }
                guard version.version == ShardFormat.version else { throw LineError.version(version.version) }
                journal = Journal(try CanonicalJSON.decode(Opening.self, line))
                if let part = journal?.opening.part, part.ordinal < 0 || part.row < part.ordinal || part.row > 1 << 47 {
                    throw JSONProblem(text: "a part cannot begin with shard \(part.ordinal) and row \(part.row)")
                }
            } else {
                let entry = try CanonicalJSON.decode(ShardManifest.File.self, line)
                guard let next = journal?.next, entry.ordinal == next.ordinal, entry.name == ShardFormat.shardName(entry.ordinal),
                    entry.firstRow == next.row, entry.rows > 0, entry.rows <= Int(Int32.max),
                    entry.tokens >= 0, entry.tokens <= 1 << 36
                else { throw JSONProblem(text: "'\(entry.name)' does not follow the shard before it") }
                journal?.entries.append(entry)
                journal?.text += line
            }
        } catch let error as JSONProblem {
            throw .problem(error.text)
        } catch let error as LineError {
            throw error
        } catch { throw .problem("\(error)") }
        journal?.lastLine = line
        journal?.chain = chain
        if journal?.entries.isEmpty == true { journal?.text = line }
    }
}
