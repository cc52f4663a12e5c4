import Kernels
import Synchronization
import Testing

@Suite struct WorkersTests {
    @Test(arguments: [1, 2, 3, 16], [0, 1, 2, 100])
    func eachTaskRunsOnce(threads: Int, tasks: Int) {
        let counts = Mutex([Int](repeating: 0, count: tasks))
        Workers(count: threads).run(tasks) { task in counts.withLock { $0[task] += 1 } }
        #expect(counts.withLock { $0 }.allSatisfy { $0 == 1 })
    }

    @Test(arguments: [0, 1, 31, 32, 33, 127, 128, 129, 1000, 4096])
    func spansCoverAllInOrder(count: Int) {
        let spans = count.spans(minimum: 32)
        #expect(spans.flatMap { Array($0) } == Array(0..<count))
        #expect(spans.count <= 8)
        #expect(spans.dropLast().allSatisfy { $0.count >= 32 && $0.lowerBound % 16 == 0 })
        let seen = Mutex<Set<Int>>([])
        Workers(count: 2).split(count, minimum: 32) { span in
            for item in span { _ = seen.withLock { $0.insert(item) } }
        }
        #expect(seen.withLock { $0.count } == count)
    }
}
