import Files

/// Reads one mapping of a settings file key by key; a key that nobody asked for is an error with the nearest right name.
package final class SettingReader {
    package let path: String
    package let place: SettingPlace
    private let entries: [SettingTree.Entry]
    private var known: [String] = []
    private var sections: [SettingReader] = []
    private var named: [String: SettingReader] = [:]

    /// - Parameter path: the key path of this mapping, empty for the top.
    package init(_ tree: SettingTree, path: String = "") throws(PipelinesError) {
        guard case .mapping(let entries, let place) = tree else {
            throw .setting(place: tree.place.description, key: path, problem: "a mapping of keys to values is asked for")
        }
        (self.path, self.place, self.entries) = (path, place, entries)
    }

    package func path(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    package func error(_ key: String, _ problem: String) -> PipelinesError {
        let entry = entries.first { $0.key == key }
        return .setting(place: (entry?.value.place ?? place).description, key: path(key), problem: problem)
    }

    /// The value of a key, which is known from now on.
    package func tree(_ key: String) -> SettingTree? {
        if !known.contains(key) { known.append(key) }
        return entries.first { $0.key == key }?.value
    }

    /// Whether no key stands here.
    package var isEmpty: Bool { entries.isEmpty }

    package func has(_ key: String) -> Bool { tree(key) != nil }

    package func text(_ key: String) throws(PipelinesError) -> String? {
        guard let tree = tree(key) else { return nil }
        guard case .scalar(let text, _) = tree else { throw error(key, "one value is asked for") }
        return text
    }

    /// The error of a key that has to be there: the word that was most likely meant by it, if one stands here.
    package func missing(_ key: String, _ advice: String = "") -> PipelinesError {
        let strangers = entries.filter { !known.contains($0.key) }
        if let name = nearest(key, among: strangers.map(\.key)), let entry = strangers.first(where: { $0.key == name }) {
            return .setting(
                place: entry.place.description, key: path(name), problem: "unknown key; did you mean '\(key)', which is missing?")
        }
        return error(key, "is missing\(advice)")
    }

    package func requiredText(_ key: String) throws(PipelinesError) -> String {
        guard let text = try text(key), !text.isEmpty else { throw error(key, "is missing") }
        return text
    }

    /// A path to something that is there: beside the file that names it, else from the working folder on.
    package func location(_ key: String) throws(PipelinesError) -> String? {
        guard let path = try text(key), let place = tree(key)?.place else { return nil }
        guard !path.isEmpty else { throw error(key, "is empty; give a file or folder") }
        let candidates = [relative(path, to: place.file), path]
        guard let found = candidates.first(where: Folder.exists) else {
            throw error(key, "there is no file or folder '\(path)'" + (path.hasPrefix("/") || !Folder.exists(place.file) ? "" : ", neither beside '\(place.file)' nor in the working folder"))
        }
        return found
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) throws(PipelinesError) -> Int? {
        guard let text = try text(key) else { return nil }
        guard let value = Int(text) else { throw error(key, "'\(text)' is not a whole number") }
        guard range.contains(value) else {
            throw error(key, "\(value) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    package func number(_ key: String, in range: ClosedRange<Double>) throws(PipelinesError) -> Double? {
        guard let text = try text(key) else { return nil }
        guard let value = Double(text), value.isFinite else { throw error(key, "'\(text)' is not a number") }
        guard range.contains(value) else {
            throw error(key, "\(text) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    package func seed(_ key: String) throws(PipelinesError) -> UInt64? {
        guard let text = try text(key) else { return nil }
        guard let value = UInt64(text) else { throw error(key, "'\(text)' is not a whole number from 0 on") }
        return value
    }

    package func boolean(_ key: String) throws(PipelinesError) -> Bool? {
        guard let text = try text(key) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: throw error(key, "'\(text)' is neither true nor false")
        }
    }

    /// One of some words.
    package func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type
    ) throws(PipelinesError) -> Value? where Value.RawValue == String {
        guard let text = try text(key) else { return nil }
        if let value = Value(rawValue: text) { return value }
        throw unknown(key, text, Value.allCases.map(\.rawValue))
    }

    /// The error of a word that is none of those that there are.
    package func unknown(_ key: String, _ word: String, _ names: [String]) -> PipelinesError {
        error(key, "'\(word)' is unknown\(suggestion(word, names)); give one of \(names.joined(separator: ", "))")
    }

    package func texts(_ key: String) throws(PipelinesError) -> [String]? {
        guard let tree = tree(key) else { return nil }
        guard case .sequence(let values, _) = tree else { throw error(key, "a list is asked for") }
        var texts: [String] = []
        for value in values {
            guard case .scalar(let text, _) = value else { throw error(key, "a list of plain values is asked for") }
            texts.append(text)
        }
        return texts
    }

    /// The mapping under a key.
    package func section(_ key: String) throws(PipelinesError) -> SettingReader? {
        guard let tree = tree(key) else { return nil }
        if let section = named[key] { return section }
        // `distill:` with nothing behind it takes the defaults.
        let isNothing = if case .scalar("", _) = tree { true } else { false }
        let section = try SettingReader(isNothing ? .mapping([], tree.place) : tree, path: path(key))
        sections.append(section)
        named[key] = section
        return section
    }

    /// The mappings in a list under a key.
    package func list(_ key: String) throws(PipelinesError) -> [SettingReader]? {
        guard let tree = tree(key) else { return nil }
        guard case .sequence(let values, _) = tree else { throw error(key, "a list is asked for") }
        var readers: [SettingReader] = []
        for (index, value) in values.enumerated() {
            readers.append(try SettingReader(value, path: "\(path(key))[\(index)]"))
        }
        sections += readers
        return readers
    }

    /// The keys that stand here, whatever they are: for mappings whose keys the user chooses.
    package func keys() -> [String] {
        known += entries.map(\.key)
        return entries.map(\.key)
    }

    /// Refuses keys that are known, but not here.
    package func refuse(_ keys: [String], _ problem: String) throws(PipelinesError) {
        for key in keys where has(key) { throw error(key, problem) }
    }

    /// Refuses keys that another one leaves without effect. One from a layer below is left alone: the overlay means to be without it.
    package func refuse(_ keys: [String], beside key: String, _ problem: String) throws(PipelinesError) {
        if let layer = layer(of: key) { try refuse(keys, from: layer, problem) }
    }

    /// Refuses keys that stand in a layer or above it.
    package func refuse(_ keys: [String], from layer: Int, _ problem: String) throws(PipelinesError) {
        for key in keys { if let other = self.layer(of: key), other >= layer { throw error(key, problem) } }
    }

    /// The layer that a key stands in.
    package func layer(of key: String) -> Int? { tree(key)?.place.layer }

    /// Refuses keys that nobody asked for, here and below.
    package func close() throws(PipelinesError) {
        for entry in entries where !known.contains(entry.key) {
            throw .setting(
                place: entry.place.description, key: path(entry.key),
                problem: "unknown key\(suggestion(entry.key, known)); known here: \(known.sorted().joined(separator: ", "))")
        }
        for section in sections { try section.close() }
    }
}
