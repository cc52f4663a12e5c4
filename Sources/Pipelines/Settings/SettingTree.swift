/// Where a value was written.
package struct SettingPlace: Sendable, Equatable {
    package var file: String
    package var line: Int?
    package var column: Int?
    /// How many settings it was laid over: a value of a higher layer was written in view of those below.
    package var layer = 0

    package init(file: String, line: Int? = nil, column: Int? = nil) { (self.file, self.line, self.column) = (file, line, column) }

    package var description: String {
        guard let line else { return file }
        return column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)"
    }
}

/// YAML as values with their places, before any meaning.
package indirect enum SettingTree: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var place: SettingPlace
        package var value: SettingTree
    }

    case scalar(String, SettingPlace)
    case sequence([SettingTree], SettingPlace)
    case mapping([Entry], SettingPlace)

    package var place: SettingPlace {
        switch self {
        case .scalar(_, let place), .sequence(_, let place), .mapping(_, let place): place
        }
    }

    /// This tree with another laid over it: mappings are merged key by key, all else is replaced.
    package func overlaid(with other: SettingTree) -> SettingTree { merged(with: other.raised(by: top + 1)) }

    /// The highest layer in it.
    private var top: Int {
        switch self {
        case .scalar(_, let place): place.layer
        case .sequence(let values, let place): values.reduce(place.layer) { max($0, $1.top) }
        case .mapping(let entries, let place): entries.reduce(place.layer) { max($0, $1.value.top) }
        }
    }

    private func raised(by layers: Int) -> SettingTree {
        func raise(_ place: SettingPlace) -> SettingPlace {
            var place = place
            place.layer += layers
            return place
        }
        switch self {
        case .scalar(let text, let place): return .scalar(text, raise(place))
        case .sequence(let values, let place): return .sequence(values.map { $0.raised(by: layers) }, raise(place))
        case .mapping(let entries, let place):
            return .mapping(entries.map { Entry(key: $0.key, place: raise($0.place), value: $0.value.raised(by: layers)) }, raise(place))
        }
    }

    /// The same as if both stood in one layer.
    package func merged(with other: SettingTree) -> SettingTree {
        // A section with nothing in it changes nothing.
        if case .mapping = self, case .scalar("", _) = other { return self }
        guard case .mapping(var entries, let place) = self, case .mapping(let others, _) = other else { return other }
        for entry in others {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[index].value = entries[index].value.merged(with: entry.value)
                entries[index].place = entry.place
            } else {
                entries.append(entry)
            }
        }
        return .mapping(entries, place)
    }

    /// The tree without a key of its top level, and that key's value.
    package func removing(_ key: String) -> (value: SettingTree?, rest: SettingTree) {
        guard case .mapping(let entries, let place) = self else { return (nil, self) }
        return (entries.first { $0.key == key }?.value, .mapping(entries.filter { $0.key != key }, place))
    }

    /// What stands under a path of keys, outermost first.
    package func value(at keys: [String]) -> SettingTree? {
        guard let key = keys.first else { return self }
        guard case .mapping(let entries, _) = self else { return nil }
        return entries.first { $0.key == key }?.value.value(at: Array(keys.dropFirst()))
    }

    /// A value under a path of keys, outermost first.
    package static func value(_ value: SettingTree, at keys: [String]) -> SettingTree {
        keys.reversed().reduce(value) { .mapping([Entry(key: $1, place: $0.place, value: $0)], $0.place) }
    }

    /// The values in one line of JSON with sorted keys, places left out: equal settings have equal texts.
    package var canonical: String {
        switch self {
        case .scalar(let text, _): quoted(text)
        case .sequence(let values, _): "[" + values.map(\.canonical).joined(separator: ",") + "]"
        case .mapping(let entries, _):
            "{" + entries.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + $0.value.canonical }.joined(separator: ",") + "}"
        }
    }
}

/// A JSON string.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        default:
            if scalar.value < 0x20 {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
