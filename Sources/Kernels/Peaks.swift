/// What this machine can do at best, to measure other work by.
public enum Peaks {
    /// Seconds that workers take for a [rows, inner] [inner, columns] product, with the second factor transposed, each on rows of its own.
    public static func productSeconds(rows: Int, inner: Int, columns: Int, on workers: Workers) -> Double {
        let a = Matrix(rows: rows, columns: inner)
        let b = Matrix(rows: columns, columns: inner)
        let c = Matrix(rows: rows, columns: columns)
        for matrix in [a, b] { matrix.fill { Float($0 % 7) - 3 } }
        let height = (rows + workers.count - 1) / workers.count
        func once() {
            workers.run(workers.count) { worker in
                let part = min(worker * height, rows)..<min((worker + 1) * height, rows)
                if !part.isEmpty { multiply(a[rows: part], b.transposed, into: c[rows: part]) }
            }
        }
        return best(of: once)
    }

    /// Bytes a second that workers copy from one place in memory to another, far larger than the caches.
    public static func copyRate(on workers: Workers) -> Double {
        let (from, to) = (Matrix(rows: 1 << 14, columns: 1 << 12), Matrix(rows: 1 << 14, columns: 1 << 12))
        return Double(4 * from.count) / best { workers.split(from.rows, minimum: 64) { rows in to[rows: rows].assign(from[rows: rows]) } }
    }

    /// The shortest of some runs, of which each repeats the work for a hundredth of a second or more.
    private static func best(of work: () -> Void) -> Double {
        work()
        var shortest = Double.infinity
        for _ in 0..<5 {
            let start = ContinuousClock.now
            var (count, seconds) = (0, 0.0)
            while seconds < 0.01 {
                work()
                count += 1
                seconds = (ContinuousClock.now - start) / .seconds(1)
            }
            shortest = min(shortest, seconds / Double(count))
        }
        return shortest
    }
}
