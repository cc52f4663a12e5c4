/// What the error says that ends some work; empty where it does not end in one.
public func refusal<Value>(_ body: () throws -> Value) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return "\(error)"
    }
}
