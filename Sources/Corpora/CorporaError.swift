public import Files

/// What makes a file or a descriptor unusable as a whole: where, and what to do.
public enum CorporaError: Error, Equatable, Sendable, CustomStringConvertible {
    case files(FilesError)
    /// A descriptor that contradicts itself.
    case descriptor(name: String, key: String, problem: String)
    case unknownSplit(name: String, split: String, splits: [String])
    case missingFile(path: String, present: [String])
    case emptyFile(path: String)
    /// A file whose contents are not those that the descriptor is about.
    case wrongChecksum(path: String, expected: String, found: String)
    /// Text whose byte `offset`, from the start of the file, is no UTF-8.
    case invalidUTF8(path: String, line: Int, offset: Int)
    /// A header without columns that the descriptor names.
    case missingColumns(path: String, missing: [String], expected: [String], found: [String])
    case ambiguousColumn(path: String, column: String, found: [String])
    /// A file in which no line, or not the header, has as many columns as the descriptor says.
    case wrongColumnCount(path: String, line: Int, expected: Int, found: Int)
    case unknownLabel(path: String, line: Int, label: String, labels: [String])

    public var description: String {
        switch self {
        case .files(let error): error.description
        case .descriptor(let name, let key, let problem): "descriptor '\(name)': \(key) \(problem)"
        case .unknownSplit(let name, let split, let splits):
            "\(name) has no split '\(split)'; it has \(list(splits))"
        case .missingFile(let path, let present):
            present.isEmpty
                ? "\(path): there is no such file, and its folder is empty"
                : "\(path): there is no such file; its folder holds \(list(present, limit: 20))"
        case .emptyFile(let path): "\(path): the file is empty; fetch or write it again"
        case .wrongChecksum(let path, let expected, let found):
            "\(path): the checksum is \(found), the descriptor says \(expected); fetch the file again, "
                + "or take the line out of the descriptor if the file was changed on purpose"
        case .invalidUTF8(let path, let line, let offset):
            "\(path):\(line): byte \(offset) of the file is not UTF-8; convert the file to UTF-8"
        case .missingColumns(let path, let missing, let expected, let found):
            "\(path):1: the header has no column \(list(missing)); expected \(list(expected)), "
                + "found \(list(found)); is it the right file, and the right split?"
        case .ambiguousColumn(let path, let column, let found):
            "\(path):1: the header names '\(column)' more than once (\(list(found))); rename one, or give its position"
        case .wrongColumnCount(let path, let line, let expected, let found):
            "\(path):\(line): \(expected) columns are asked for, and there are \(found); columns are parted by tabs"
        case .unknownLabel(let path, let line, let label, let labels):
            "\(path):\(line): label '\(label)' is unknown; the labels are \(list(labels))"
        }
    }
}

private func list(_ names: [String], limit: Int = 40) -> String {
    let shown = names.prefix(limit).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}

/// Runs work on files, and says of its errors that they came from there.
func onFiles<Value>(_ body: () throws(FilesError) -> Value) throws(CorporaError) -> Value {
    do { return try body() } catch { throw .files(error) }
}
