import Foundation
import TestSupport

/// `schemas/pipeline.schema.json`, as far as keys, defaults and limits go.
struct Schema {
    private let root: [String: Any]

    init() throws {
        let data = try Data(contentsOf: URL(filePath: package + "/schemas/pipeline.schema.json"))
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The keys of each mapping by its path: `""`, `distill`, `distill.stages[]`.
    func sections() -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        visit(root, at: "") { found[$0] = Set($1.keys) }
        return found
    }

    /// The values that are no mappings, by their paths.
    func values() -> [String: [String: Any]] {
        var found: [String: [String: Any]] = [:]
        visit(root, at: "") { path, properties in
            for (key, value) in properties where value["properties"] == nil && value["$ref"] == nil {
                found[join(path, key)] = value
            }
        }
        return found
    }

    /// Calls `body` with the path and the properties of each mapping.
    private func visit(_ schema: [String: Any], at path: String, _ body: (String, [String: [String: Any]]) -> Void) {
        let parts = parts(of: schema)
        var properties: [String: [String: Any]] = [:]
        for part in parts { properties.merge(part["properties"] as? [String: [String: Any]] ?? [:]) { $1 } }
        if !properties.isEmpty { body(path, properties) }
        for (key, value) in properties { visit(value, at: join(path, key), body) }
        for part in parts { if let items = part["items"] as? [String: Any] { visit(items, at: path + "[]", body) } }
    }

    /// A schema, and those that it refers to or chooses from.
    private func parts(of schema: [String: Any]) -> [[String: Any]] {
        var parts = [schema]
        if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
            let definitions = root["$defs"] as? [String: [String: Any]]
            parts += definitions?[String(name)].map { self.parts(of: $0) } ?? []
        }
        for key in ["allOf", "oneOf"] {
            for part in schema[key] as? [[String: Any]] ?? [] { parts += self.parts(of: part) }
        }
        return parts
    }
}

private func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
