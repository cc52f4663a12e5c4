import Shards

/// Sums up the measured fidelity of a run, and stops it where it falls below what the precision declares.
struct FidelityMeter {
    /// After so many rows the means are looked at for the first time.
    private static let settledRows = 1000

    private let columns: [FeatureColumn]
    private let bounds: Fidelity.Bounds?
    private let folder: String
    private var first: [Fidelity.Summary]
    private var others: [Fidelity.Summary]

    init(_ specification: FeatureSpecification, folder: String) {
        columns = specification.columns.filter(\.isMeasured)
        bounds = specification.precision.bounds
        self.folder = folder
        first = columns.map { _ in Fidelity.Summary() }
        others = first
    }

    /// Takes up rows that were committed before a run was cut off, or in another one.
    mutating func take(_ rows: Range<Int>, from writer: ShardSetWriter) throws(FeaturesError) {
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let (lengths, numbers) = try lift(FeaturesError.shards) { () throws(ShardError) in
            let set = try writer.committed()
            return (set.lengths, try columns.map { column throws(ShardError) in try set.float32s(Fidelity.column(column.name)) })
        }
        for row in rows {
            let length = lengths[row]
            let fidelity = zip(columns, numbers).map { column, numbers in
                let width = column.isLarge ? 3 : 1
                return Array(numbers[row * width..<(row + 1) * width])
            }
            try add(fidelity, row: row, length: length)
        }
    }

    mutating func add(_ fidelity: [[Float]], row: Int, length: Int) throws(FeaturesError) {
        for (index, numbers) in fidelity.enumerated() {
            // A state that is not finite has no cosine; the writer refuses it by name.
            guard numbers.allSatisfy(\.isFinite) else { continue }
            let isEmpty = columns[index].isLarge && length == 0
            first[index].add(mean: Double(numbers[0]), minimum: Double(numbers[0]), weight: isEmpty ? 0 : 1)
            try check("first token", Double(numbers[0]), index, row)
            guard numbers.count == 3 else { continue }
            others[index].add(mean: Double(numbers[1]), minimum: Double(numbers[2]), weight: max(0, length - 1))
            try check("other tokens", Double(numbers[2]), index, row)
        }
        if row + 1 == Self.settledRows { try checkMeans() }
    }

    private func check(_ role: String, _ cosine: Double, _ index: Int, _ row: Int) throws(FeaturesError) {
        guard let bounds, cosine < bounds.minimum else { return }
        throw .fidelity(
            folder: folder, column: columns[index].name, role: columns[index].isLarge ? role : "vector", row: row,
            found: decimals(cosine), bound: decimals(bounds.minimum))
    }

    private func checkMeans() throws(FeaturesError) {
        guard let bounds else { return }
        for (index, column) in columns.enumerated() {
            for (role, summary) in [("first token", first[index]), ("other tokens", others[index])] where summary.mean < bounds.mean {
                throw .fidelity(
                    folder: folder, column: column.name, role: role, row: nil, found: decimals(summary.mean), bound: decimals(bounds.mean))
            }
        }
    }

    /// What the manifest says of each column, once the means hold.
    func attributes() throws(FeaturesError) -> [String: String] {
        try checkMeans()
        var attributes: [String: String] = [:]
        for (index, column) in columns.enumerated() {
            var text = "first.mean=\(decimals(first[index].mean)) first.minimum=\(decimals(first[index].minimum))"
            if column.isLarge { text += " others.mean=\(decimals(others[index].mean)) others.minimum=\(decimals(others[index].minimum))" }
            attributes[Fidelity.column(column.name)] = text
        }
        return attributes
    }
}
