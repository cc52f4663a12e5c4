import Dispatch
import Synchronization

/// Runs closures on a fixed number of threads, of which the caller's is one: it works while it waits.
///
/// Results are asked for one by one, so their order is the caller's, whatever the number of threads.
public final class TaskPool: Sendable {
    public let threads: Int
    private let queue: TaskQueue

    /// - Parameter threads: how many work at once; with one, tasks run when they are waited for.
    public init(threads: Int) {
        precondition(threads > 0, "at least one thread works")
        self.threads = threads
        let queue = TaskQueue()
        self.queue = queue
        let workers = DispatchQueue(label: "tasks", attributes: .concurrent)
        for _ in 1..<threads {
            workers.async { while let task = queue.waitForTask() { task() } }
        }
    }

    deinit { queue.close(workers: threads - 1) }

    public func submit<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> PendingResult<Value> {
        let result = PendingResult(body, queue)
        // With nobody to take it, the queue would keep it for ever.
        if threads > 1 { queue.append { result.runIfWaiting() } }
        return result
    }
}

/// What a task will give.
public final class PendingResult<Value: Sendable>: Sendable {
    private enum State {
        case waiting(@Sendable () -> Value)
        case running
        case done(Value)
        case taken
    }

    private let state: Mutex<State>
    private let queue: TaskQueue
    private let isDone = DispatchSemaphore(value: 0)

    fileprivate init(_ body: @escaping @Sendable () -> Value, _ queue: TaskQueue) {
        state = Mutex(.waiting(body))
        self.queue = queue
    }

    /// The value; until it is there, this thread runs tasks that others have not begun. To be asked for once.
    public func wait() -> Value {
        while !runIfWaiting(), !isReady {
            guard let other = queue.takeTask() else {
                isDone.wait()
                break
            }
            other()
        }
        return state.withLock { state in
            guard case .done(let value) = state else { preconditionFailure("asked for once, a value is there") }
            // The queue may hold this object for a while.
            state = .taken
            return value
        }
    }

    /// Whether the value is there.
    public var isReady: Bool {
        state.withLock { state in
            if case .done = state { true } else { false }
        }
    }

    /// - Returns: whether it was this thread's to run.
    @discardableResult
    fileprivate func runIfWaiting() -> Bool {
        let body = state.withLock { state -> (@Sendable () -> Value)? in
            guard case .waiting(let body) = state else { return nil }
            state = .running
            return body
        }
        guard let body else { return false }
        let value = body()
        state.withLock { $0 = .done(value) }
        isDone.signal()
        return true
    }
}

/// Tasks in the order in which they came.
private final class TaskQueue: Sendable {
    private struct State {
        var tasks: [@Sendable () -> Void] = []
        /// How many at the front were taken.
        var taken = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)

    func append(_ task: @escaping @Sendable () -> Void) {
        state.withLock { $0.tasks.append(task) }
        available.signal()
    }

    /// The oldest task, if one is there.
    func takeTask() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.taken < state.tasks.count else { return nil }
            let task = state.tasks[state.taken]
            state.tasks[state.taken] = {}
            state.taken += 1
            if state.taken == state.tasks.count {
                state.tasks.removeAll(keepingCapacity: true)
                state.taken = 0
            } else if state.taken > 256 {
                state.tasks.removeFirst(state.taken)
                state.taken = 0
            }
            return task
        }
    }

    /// The oldest task, or one that does nothing if another thread took it; nil when the queue is closed.
    func waitForTask() -> (@Sendable () -> Void)? {
        available.wait()
        if let task = takeTask() { return task }
        let isClosed = state.withLock { $0.isClosed }
        return isClosed ? nil : { @Sendable in }
    }

    func close(workers: Int) {
        state.withLock { $0.isClosed = true }
        for _ in 0..<workers { available.signal() }
    }
}
