import Kernels
import Synchronization

extension FeatureCache {
    /// Computes a value for each index on the workers; the values in order, or the error of the lowest index that failed.
    static func collect<Value: Sendable>(
        _ count: Int, on workers: Workers, _ body: @Sendable (Int) throws(FeaturesError) -> Value
    ) throws(FeaturesError) -> [Value] {
        let results = Mutex([Result<Value, FeaturesError>?](repeating: nil, count: count))
        workers.run(count) { index in
            let result: Result<Value, FeaturesError>
            do throws(FeaturesError) { result = .success(try body(index)) } catch { result = .failure(error) }
            results.withLock { $0[index] = result }
        }
        var values: [Value] = []
        for result in results.withLock({ $0 }) {
            guard let result else { preconditionFailure("every index was computed") }
            values.append(try result.get())
        }
        return values
    }
}
