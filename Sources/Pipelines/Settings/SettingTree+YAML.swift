import Files
import Yams

extension SettingTree {
    /// Reads a YAML file; `extends: other.yaml` lays it over another, whose path is relative to it.
    package static func read(_ path: String, environment: [String: String]?, depth: Int = 0) throws(PipelinesError) -> SettingTree {
        guard depth < 100 else { throw .yaml(file: path, problem: "'extends' goes in a circle") }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(path) }
        let text = try yaml(bytes, path)
        let tree = try SettingTree(yaml: text, file: path, environment: environment)
        let (base, own) = tree.removing("extends")
        guard let base else { return own }
        guard case .scalar(let name, let place) = base else {
            throw .setting(place: base.place.description, key: "extends", problem: "give the name of a YAML file")
        }
        let basePath = relative(name, to: path)
        guard Folder.exists(basePath) else {
            throw .setting(place: place.description, key: "extends", problem: "there is no file '\(basePath)'")
        }
        return try read(basePath, environment: environment, depth: depth + 1).overlaid(with: own)
    }

    /// A file's text, without the mark that some editors put before it.
    static func yaml(_ bytes: [UInt8], _ path: String) throws(PipelinesError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .yaml(file: path, problem: "it is not valid UTF-8") }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// - Parameter environment: what `${NAME}` may name; nil leaves such text as it is.
    init(yaml text: String, file: String, environment: [String: String]?) throws(PipelinesError) {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch let error as YamlError {
            throw .yaml(file: file, problem: Self.problem(error))
        } catch {
            throw .yaml(file: file, problem: "it is not YAML")
        }
        guard let node else { throw .yaml(file: file, problem: "it is empty") }
        var left = 20_000
        self = try Self.convert(node, file: file, environment: environment, left: &left)
        guard case .mapping = self else { throw .yaml(file: file, problem: "its top level is not a mapping of keys to values") }
    }

    private static func problem(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            "line \(mark.line), column \(mark.column): \(problem)"
        case .duplicatedKeysInMapping(let duplicates, let context):
            "line \(context.mark.line): key '\(duplicates.joined(separator: "', '"))' stands twice"
        case .reader(let problem, _, _, _): problem
        default: "it is not YAML"
        }
    }

    /// - Parameter left: how many values may follow: aliases could make a small file large.
    private static func convert(
        _ node: Node, file: String, environment: [String: String]?, left: inout Int
    ) throws(PipelinesError) -> SettingTree {
        let place = SettingPlace(file: file, line: node.mark?.line, column: node.mark?.column)
        left -= 1
        guard left > 0 else { throw .yaml(file: file, problem: "it holds too many values") }
        switch node {
        case .scalar(let scalar):
            let isLiteral = scalar.style == .singleQuoted
            let text = isLiteral ? scalar.string : try expand(scalar.string, place, environment)
            return .scalar(text, place)
        case .sequence(let sequence):
            var values: [SettingTree] = []
            for value in sequence { values.append(try convert(value, file: file, environment: environment, left: &left)) }
            return .sequence(values, place)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    throw .setting(place: place.description, key: "", problem: "a key is a word")
                }
                let keyPlace = SettingPlace(file: file, line: key.mark?.line, column: key.mark?.column)
                entries.append(
                    Entry(
                        key: name.string, place: keyPlace,
                        value: try convert(value, file: file, environment: environment, left: &left)))
            }
            return .mapping(entries, place)
        case .alias: throw .setting(place: place.description, key: "", problem: "an alias without its anchor")
        }
    }

    /// Puts variables in place of `${NAME}`; `${NAME:-default}` is allowed to be missing.
    private static func expand(
        _ text: String, _ place: SettingPlace, _ environment: [String: String]?
    ) throws(PipelinesError) -> String {
        guard let environment, text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw .setting(place: place.description, key: "", problem: "'\(text)' has a '${' without its '}'")
            }
            let inner = rest[start.upperBound..<end]
            let parts = inner.firstRange(of: ":-").map { (inner[..<$0.lowerBound], inner[$0.upperBound...]) } ?? (inner, nil)
            if let value = environment[String(parts.0)], !value.isEmpty {
                result += value
            } else if let other = parts.1 {
                result += other
            } else {
                throw .setting(
                    place: place.description, key: "",
                    problem: "the variable '\(parts.0)' is not set; run `export \(parts.0)=...` first, or write the value here")
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// Assignments as one tree, later ones over earlier ones; nil for none.
    package static func options(_ assignments: [String], environment: [String: String]?) throws(PipelinesError) -> SettingTree? {
        var tree: SettingTree?
        for assignment in assignments {
            let option = try option(assignment, environment: environment)
            tree = tree?.merged(with: option) ?? option
        }
        return tree
    }

    /// `distill.epochs=3` as a tree of its own; the value is YAML.
    private static func option(_ assignment: String, environment: [String: String]?) throws(PipelinesError) -> SettingTree {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw .usage("--set \(assignment): write KEY=VALUE, as in --set distill.epochs=3")
        }
        let place = SettingPlace(file: "--set \(assignment)")
        let text = String(assignment[assignment.index(after: equals)...])
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch { throw .usage("--set \(assignment): the value is not YAML") }
        var left = 1000
        let tree = try node.map { node throws(PipelinesError) in
            try convert(node, file: place.file, environment: environment, left: &left)
        } ?? .scalar("", place)
        return .value(tree, at: assignment[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init))
    }
}

/// A path as it stands in a file: relative to that file's folder.
func relative(_ path: String, to file: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let slash = file.lastIndex(of: "/") else { return path }
    return String(file[...slash]) + path
}
