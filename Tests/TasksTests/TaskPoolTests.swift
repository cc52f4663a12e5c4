import Synchronization
import Testing

@testable import Tasks

@Suite struct TaskPoolTests {
    @Test(arguments: [1, 2, 5]) func resultsComeInTheCallersOrder(_ threads: Int) {
        let pool = TaskPool(threads: threads)
        let results = (0..<500).map { number in pool.submit { number * number } }
        #expect(results.map { $0.wait() } == (0..<500).map { $0 * $0 })
    }

    @Test func resultsMayBeAskedForBackwards() {
        let pool = TaskPool(threads: 2)
        let results = (0..<100).map { number in pool.submit { number } }
        #expect(results.reversed().map { $0.wait() } == (0..<100).reversed())
    }

    @Test func everyTaskRunsOnce() {
        let counts = Mutex([Int](repeating: 0, count: 300))
        do {
            let pool = TaskPool(threads: 4)
            for result in (0..<300).map({ number in pool.submit { counts.withLock { $0[number] += 1 } } }) { result.wait() }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 300))
    }

    @Test func aPoolGoesWithTasksUnasked() {
        for threads in [1, 3] {
            let pool = TaskPool(threads: threads)
            _ = (0..<50).map { number in pool.submit { number } }
        }
    }

    @Test func oneThreadWorksWhenItIsAsked() {
        let ran = Mutex(false)
        let pool = TaskPool(threads: 1)
        let result = pool.submit { ran.withLock { $0 = true } }
        #expect(!ran.withLock { $0 } && !result.isReady)
        result.wait()
        #expect(ran.withLock { $0 })
    }

    /// What a task gave goes with the one who asked for it, though the queue has not come to the task.
    @Test(arguments: [1, 2]) func resultsAreNotKept(_ threads: Int) {
        final class Counter: Sendable {
            static let alive = Mutex(0)
            init() { Self.alive.withLock { $0 += 1 } }
            deinit { Self.alive.withLock { $0 -= 1 } }
        }
        let pool = TaskPool(threads: threads)
        for _ in 0..<1000 {
            _ = pool.submit { Counter() }.wait()
            #expect(Counter.alive.withLock { $0 } <= 1)
        }
    }
}
