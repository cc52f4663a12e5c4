import BERT
import Features
import Files
import Kernels
public import Pipelines
import Randomness
import Records
import Shards

/// `limbeck bench cache`: how fast the states of a cache are written and read back in a precision.
public enum CacheBenchmark {
    static let batchSize = 16

    public static func run(_ source: String, precision name: String, into folder: String, work: Work) throws(PipelinesError) {
        guard let precision = Precision(rawValue: name) else {
            throw .usage("--precision '\(name)' is unknown; give \(Precision.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard !ShardSet.isSealed(folder) else { throw .usage("--folder '\(folder)' holds a set already; give an empty one") }
        try ShardOutput.check(folder, command: "bench")
        let states = try features { () throws(FeaturesError) in try DecodedStates(FeatureCache(source)) }
        let result = try measure(states, precision, folder, on: work.workers)
        let text = result.json(pretty: true)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
    }

    private static func measure(
        _ states: DecodedStates, _ precision: Precision, _ folder: String, on workers: Workers
    ) throws(PipelinesError) -> Result {
        let write = try seconds { () throws(PipelinesError) in
            try features { () throws(FeaturesError) in try states.write(precision, into: folder, on: workers) }
        }
        let cache = try features { () throws(FeaturesError) in try FeatureCache(folder) }
        let shards = cache.shards
        let frames = (0..<cache.count).flatMap { row in cache.layers.indices.map { (row: row, column: $0) } }
        var (sum, lent) = (0, 0)
        func verify() throws(PipelinesError) {
            for frame in frames {
                lent += try lift(PipelinesError.shards) { () throws(ShardError) in
                    try unsafe shards.withLarge(column: frame.column, row: frame.row) { bytes in bytes.count }
                }
            }
        }
        // The pages are touched once before.
        try verify()
        lent = 0
        let mapped = try seconds { () throws(PipelinesError) in try verify() }
        _ = try copySeconds(shards)
        let bytes = shards.manifest.files.reduce(0) { $0 + $1.bytes }
        let copy = try copySeconds(shards) * Double(lent) / Double(bytes)
        let sequential = try seconds { () throws(PipelinesError) in
            for row in 0..<cache.count {
                for layer in cache.layers {
                    let states = Matrix(unfilledRows: cache.lengths[row], columns: cache.hidden)
                    try features { () throws(FeaturesError) in try cache.read(layer, row: row, into: states) }
                    sum &+= states.count
                }
            }
        }
        let order = permutation(count: cache.count, seed: 0, stream: Streams.order)
        let random = try seconds { () throws(PipelinesError) in
            for first in stride(from: 0, to: order.count, by: batchSize) {
                let rows = Array(order[first..<min(first + batchSize, order.count)])
                let taps = try features { () throws(FeaturesError) in try cache.taps(rows, TapRequirement(layers: cache.layers), on: workers) }
                sum &+= taps.offsets.count
            }
        }
        precondition(sum + lent != 0 || cache.count == 0, "what was read is looked at")
        return Result(
            precision: precision.rawValue, rows: cache.count, tokens: shards.tokenCount, floats: states.count,
            bytes: bytes, writeSeconds: write, mappedSeconds: mapped, copySeconds: copy,
            sequentialSeconds: sequential, randomSeconds: random)
    }

    /// A copy of the shards' bytes into memory that is used again and again.
    private static func copySeconds(_ shards: ShardSet) throws(PipelinesError) -> Double {
        var target = [UInt8](repeating: 0, count: 1 << 16)
        var total = 0.0
        for file in shards.manifest.files {
            let map = try lift(PipelinesError.files) { () throws(FilesError) in try MappedFile(shards.folder + "/" + file.name) }
            total += try seconds { () throws(PipelinesError) in
                unsafe map.bytes.withUnsafeBytes { bytes in
                    unsafe target.withUnsafeMutableBytes { target in
                        for start in stride(from: 0, to: bytes.count, by: target.count) {
                            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + target.count, bytes.count)]))
                        }
                    }
                }
            }
        }
        return total
    }

    private static func features<Value>(_ body: () throws(FeaturesError) -> Value) throws(PipelinesError) -> Value {
        try lift(PipelinesError.features, body)
    }

    private static func seconds(_ body: () throws(PipelinesError) -> Void) throws(PipelinesError) -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }
}

extension CacheBenchmark {
    /// What is printed; the keys are stable.
    struct Result: Codable {
        var precision: String
        var rows: Int
        var tokens: Int
        /// Numbers in all layers.
        var floats: Int
        /// Of the shards.
        var bytes: Int
        var writeSeconds: Double
        /// Every frame of states lent as it stands, checked; decoded where it is compressed.
        var mappedSeconds: Double
        /// As many bytes of the files, copied.
        var copySeconds: Double
        /// Each row as float32 in memory of its own.
        var sequentialSeconds: Double
        /// The same in batches of 16, in random order.
        var randomSeconds: Double
    }
}
