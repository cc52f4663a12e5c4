import Files
import Pipelines
import Training

/// A table as it stands: of each system and column the scores of all seeds, what they keep of the teacher's, and the contrasts.
struct ComparisonTable: Codable {
    /// A split of a task.
    struct Column: Codable, Equatable {
        var task, title, split: String
        /// By which it is judged.
        var metrics: [Metric]
        /// Whether words are tagged, and examples are sentences.
        var ofWords: Bool
        var examples: Int
        var constant, teacher: [Metric: Double]
    }

    struct Cell: Codable {
        var column: Int
        var seeds: [UInt64]
        /// By metric, for each seed.
        var values: [Metric: [Double]]
        /// The mean of the metrics, for each seed.
        var scores: [Double]
        /// Of the score: S / T, (S - c) / (T - c), (S - H) / (T - H).
        var retention, aboveConstant, aboveHard: Double?
        var agreement, divergence: Double?
    }

    struct Row: Codable {
        var system, title: String
        var cells: [Cell]
        /// Over all columns; nil where one of them is missing.
        var average: Double?
        var parameters, bytes: Int?
        /// Of the teacher's parameters, and of its sequences a second.
        var smaller, faster: Double?
        /// Of one training, the median.
        var seconds: Double?
    }

    struct Contrast: Codable {
        var system, against: String
        /// A task; all together where there are several.
        var task: String
        var question: String?
        var seeds: Int
        var difference: Double
        var interval: Interval
        var verdict: Verdict
    }

    var name, title: String
    var average: ComparisonSettings.Average
    var resamples: Int
    var columns: [Column]
    var rows: [Row]
    /// The average of the teacher and of a constant, where all columns have them.
    var teacherAverage, constantAverage: Double?
    var contrasts: [Contrast]

    /// - Parameter results: the rows that count; of students those of this table's runs.
    init(_ settings: ComparisonSettings, _ results: [FinishedRow]) {
        let store = ComparisonRows(results)
        (name, title, average, resamples) = (settings.name, settings.title, settings.average, settings.resamples)
        var columns: [Column] = []
        for task in settings.tasks {
            // In the order of their names; dev_matched before dev_mismatched.
            for split in Set(store.results.filter { $0.task == task.name }.map(\.split)).sorted() {
                guard let constant = store.result(task.name, FinishedRow.constant, split, nil),
                    let labels = store.result(task.name, FinishedRow.labels, split, nil)
                else { continue }
                let ofWords = constant.metrics[.entityF1] != nil
                let stated = task.metrics ?? (ofWords ? [.entityF1] : nil)
                var metrics = Metric.scored(constant.corpus ?? settings.corpus(of: task), stated: stated, of: constant.metrics)
                // The last of a pair is the one that the paper's table has.
                if stated == nil, average == .paper { metrics = metrics.suffix(1) }
                columns.append(
                    Column(
                        task: task.name, title: task.title, split: split, metrics: metrics, ofWords: ofWords,
                        examples: ScoredSplit(labels: labels.predictions, metrics: metrics, ofWords: ofWords).count, constant: constant.metrics,
                        teacher: store.result(task.name, FinishedRow.teacher, split, nil)?.metrics ?? [:]))
            }
        }
        self.columns = columns
        let (known, kind) = (columns, settings.average)
        let hard = settings.hard
        rows = settings.systems.map { system in Row(system, known, store, hard: hard, kind) }
        teacherAverage = Self.average(known.map { $0.score($0.teacher) }, known, kind)
        constantAverage = Self.average(known.map { $0.score($0.constant) }, known, kind)
        contrasts = Self.contrasts(settings, known, store)
    }

    /// One number of a score for each column; nil where one is missing.
    static func average(_ scores: [Double?], _ columns: [Column], _ kind: ComparisonSettings.Average) -> Double? {
        guard !scores.isEmpty, !scores.contains(nil) else { return nil }
        let all = scores.compactMap { $0 }
        if kind == .paper { return all.reduce(0, +) / Double(all.count) }
        let tasks = Dictionary(grouping: zip(columns, all)) { $0.0.task }.values.map { splits in
            splits.reduce(0) { $0 + $1.1 } / Double(splits.count)
        }
        return tasks.sorted().reduce(0, +) / Double(tasks.count)
    }
}

extension ComparisonTable.Column {
    /// The mean of the metrics by which it is judged.
    func score(_ values: [Metric: Double]) -> Double? {
        let found = metrics.compactMap { values[$0] }
        return found.count == metrics.count && !found.isEmpty ? found.reduce(0, +) / Double(found.count) : nil
    }
}

extension ComparisonTable.Row {
    init(
        _ system: ComparisonSettings.System, _ columns: [ComparisonTable.Column], _ store: ComparisonRows, hard: String?,
        _ kind: ComparisonSettings.Average
    ) {
        func results(_ name: String, _ column: ComparisonTable.Column) -> [FinishedRow] {
            store.results.filter { $0.task == column.task && $0.split == column.split && $0.system == name && $0.seed != nil }
                .sorted { ($0.seed ?? 0) < ($1.seed ?? 0) }
        }
        (self.system, title, cells) = (system.name, system.title, [])
        var all: [FinishedRow] = []
        for (index, column) in columns.enumerated() {
            let found = results(system.name, column)
            guard !found.isEmpty else { continue }
            all += found
            let scores = found.compactMap { column.score($0.metrics) }
            let without = hard.map { results($0, column).compactMap { column.score($0.metrics) } }.flatMap { mean($0) }
            var cell = ComparisonTable.Cell(
                column: index, seeds: found.compactMap(\.seed),
                values: Dictionary(uniqueKeysWithValues: column.metrics.map { metric in (metric, found.compactMap { $0.metrics[metric] }) }), scores: scores)
            if let student = mean(scores), let teacher = column.score(column.teacher), let constant = column.score(column.constant) {
                let kept = Retention(student: student, teacher: teacher, constant: constant, hard: system.name == hard ? nil : without)
                (cell.retention, cell.aboveConstant, cell.aboveHard) = (kept.raw, kept.chanceCorrected, kept.recoveredGap)
            }
            (cell.agreement, cell.divergence) = (mean(found.compactMap(\.agreement)), mean(found.compactMap(\.divergence)))
            cells.append(cell)
        }
        average = ComparisonTable.average(columns.indices.map { place in cells.first { $0.column == place }.flatMap { mean($0.scores) } }, columns, kind)
        (parameters, bytes) = (all.first?.parameters, all.first?.bytes)
        let teacher = all.first.flatMap { store.result($0.task, FinishedRow.teacher, $0.split, nil) }
        if let parameters, let theirs = teacher?.parameters { smaller = Double(theirs) / Double(parameters) }
        faster = median(all.compactMap(\.speedup))
        seconds = median(all.compactMap(\.seconds))
    }
}

extension ComparisonTable {
    private static func contrasts(_ settings: ComparisonSettings, _ columns: [Column], _ store: ComparisonRows) -> [Contrast] {
        settings.contrasts.flatMap { contrast in
            var (found, drawnOf): ([Contrast], [(column: Column, differences: [Double])]) = ([], [])
            for column in columns where contrast.tasks?.contains(column.task) ?? true {
                func predictions(_ system: String) -> [UInt64: [Double]] {
                    let all = store.results.filter { $0.task == column.task && $0.split == column.split && $0.system == system }
                    return Dictionary(all.compactMap { result in result.seed.map { ($0, result.predictions) } }) { first, _ in first }
                }
                let (first, second) = (predictions(contrast.system), predictions(contrast.against))
                let seeds = first.keys.filter { second[$0] != nil }.sorted()
                guard !seeds.isEmpty, let labels = store.result(column.task, FinishedRow.labels, column.split, nil) else { continue }
                let split = ScoredSplit(labels: labels.predictions, metrics: column.metrics, ofWords: column.ofWords)
                let (ours, theirs) = (seeds.compactMap { first[$0] }, seeds.compactMap { second[$0] })
                guard (ours + theirs).allSatisfy({ $0.count == labels.predictions.count }) else { continue }
                let drawn = split.resampledDifferences(
                    ours, theirs, resamples: settings.resamples,
                    seedStream: UInt64(settings.tasks.firstIndex { $0.name == column.task } ?? 0), stream: column.stream)
                let difference = zip(ours, theirs).reduce(0) { $0 + split.score($1.0) - split.score($1.1) } / Double(seeds.count)
                drawnOf.append((column, drawn))
                found.append(
                    Contrast(
                        system: contrast.system, against: contrast.against, task: column.label, question: contrast.question, seeds: seeds.count,
                        difference: difference, interval: Interval(drawn), verdict: Verdict(Interval(drawn))))
            }
            if found.count > 1 {
                func together(_ values: [Double]) -> Double { average(values, drawnOf.map(\.column), settings.average) ?? 0 }
                let means = (0..<settings.resamples).map { index in together(drawnOf.map { $0.differences[index] }) }
                found.append(
                    Contrast(
                        system: contrast.system, against: contrast.against, task: "all", question: contrast.question, seeds: found.map(\.seeds).min() ?? 0,
                        difference: together(found.map(\.difference)), interval: Interval(means),
                        verdict: Verdict(Interval(means))))
            }
            return found
        }
    }
}

/// Rows by what they are of.
struct ComparisonRows {
    let results: [FinishedRow]

    init(_ results: [FinishedRow]) { self.results = results }

    func result(_ task: String, _ system: String, _ split: String, _ seed: UInt64?) -> FinishedRow? {
        results.first { $0.isOf(task, system, split, seed) }
    }
}

extension ComparisonTable.Column {
    /// Of resampled examples: the same whatever other rows there are.
    var stream: UInt64 { ContentHash.xxh3_64(Array("\(task) \(split)".utf8)) >> 16 }

    /// The task, and the split where it is not the usual one.
    var label: String { split == "dev" ? title : "\(title) \(split.replacing("_", with: " "))" }
}

func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

private func median(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.sorted()[values.count / 2] }

/// Of a sample; nil for one value.
func deviation(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}
