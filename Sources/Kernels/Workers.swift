import Dispatch
import Synchronization

/// How many threads share the work of one call. Tasks are of a fixed size whatever the number of threads, so that
/// no result depends on it.
public struct Workers: Sendable {
    public let count: Int

    public init(count: Int) {
        precondition(count > 0, "at least one thread works")
        self.count = count
    }

    public static let one = Workers(count: 1)

    /// Runs `body` for each task, in any order, on up to `count` threads, and waits for all.
    public func run(_ tasks: Int, _ body: @Sendable (Int) -> Void) {
        let threads = min(count, tasks)
        guard threads > 1 else {
            for task in 0..<max(tasks, 0) { body(task) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard task < tasks else { return }
                body(task)
            }
        }
    }

    /// Splits `count` items into equal spans of at least `minimum`, at most eight, and runs them.
    public func split(_ count: Int, minimum: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let height = spanHeight(count, minimum: minimum)
        run((count + height - 1) / height) { task in
            body(task * height..<Swift.min((task + 1) * height, count))
        }
    }
}

/// A function of the count alone: an eighth of it, in whole sixteens, no less than `minimum`.
func spanHeight(_ count: Int, minimum: Int) -> Int {
    max(minimum, ((count + 7) / 8 + 15) / 16 * 16)
}

extension Int {
    /// The spans that `Workers.split` makes of so many items.
    public func spans(minimum: Int) -> [Range<Int>] {
        let height = spanHeight(self, minimum: minimum)
        return stride(from: 0, to: self, by: height).map { $0..<Swift.min($0 + height, self) }
    }
}
