import FoundationEssentials
import Pipelines
import Training

extension ComparisonTable {
    /// With sorted keys, so that equal tables have equal texts.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(self) else { preconditionFailure("a table is made of words and numbers") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// A line for each system, column and metric.
    var tsv: String {
        let header = ["system", "task", "split", "metric", "seeds", "values", "mean", "deviation", "teacher", "constant"]
        var lines = [header.joined(separator: "\t")]
        for row in rows {
            for cell in row.cells {
                let column = columns[cell.column]
                for metric in column.metrics {
                    let values = cell.values[metric] ?? []
                    lines.append(
                        [
                            row.system, column.task, column.split, metric.rawValue, cell.seeds.map { "\($0)" }.joined(separator: ","),
                            values.map { "\($0)" }.joined(separator: ","), text(mean(values)), text(deviation(values)), text(column.teacher[metric]),
                            text(column.constant[metric]),
                        ].joined(separator: "\t"))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }

    var markdown: String {
        var text = "# \(title)\n\n" + scoreTable + "\n" + footnote + "\n"
        if rows.contains(where: { $0.cells.contains { $0.seeds.count > 1 } }) { text += "## All seeds\n\n" + seedTable + "\n" }
        text += "## What is kept of the teacher\n\n" + retentionTable + "\n"
        if !contrasts.isEmpty { text += "## Contrasts\n\n" + contrastTable + "\n" }
        return text
    }

    /// Means over seeds with deviations, in percent.
    private var scoreTable: String {
        let header = ["system"] + columns.map { "\($0.label), \($0.metrics.map(\.short).joined(separator: " / "))" }
            + ["average", "parameters", "smaller", "faster", "training"]
        func fixedRow(_ title: String, _ values: (Column) -> [Metric: Double], _ average: Double?) -> [String] {
            [title] + columns.map { column in column.metrics.map { percent(values(column)[$0]) }.joined(separator: " / ") } + [percent(average), "", "", "", ""]
        }
        var lines = [fixedRow("constant", { $0.constant }, constantAverage), fixedRow("teacher", { $0.teacher }, teacherAverage)]
        for row in rows {
            let cells = columns.indices.map { place -> String in
                guard let cell = row.cells.first(where: { $0.column == place }) else { return "" }
                return columns[place].metrics.map { metric in
                    let values = cell.values[metric] ?? []
                    return percent(mean(values)) + (deviation(values).map { " ± " + percent($0) } ?? "")
                }.joined(separator: " / ")
            }
            lines.append(
                [row.title] + cells + [
                    percent(row.average), row.parameters.map { fixed(Double($0) / 1e6, 1) + " M" } ?? "", row.smaller.map { fixed($0, 1) + "x" } ?? "",
                    row.faster.map { fixed($0, 1) + "x" } ?? "", row.seconds.map(duration) ?? "",
                ])
        }
        return Self.table(header, lines)
    }

    /// What must stand beside the figures.
    private var footnote: String {
        let splits = Set(columns.map(\.split)).sorted().joined(separator: ", ")
        let counts = Set(rows.flatMap { $0.cells.map(\.seeds.count) }).sorted().map { "\($0)" }
        return "Percent on \(splits) (\(columns.map { "\($0.label) \($0.examples)" }.joined(separator: ", ")) examples), at the end of training; means over "
            + "\(counts.joined(separator: " or ")) \(counts == ["1"] ? "seed" : "seeds"), ± the deviation of a sample. Average: \(average == .glue ? "metrics and splits of a task count together" : "a metric a column").\n"
    }

    private var seedTable: String {
        var lines: [[String]] = []
        for row in rows {
            for cell in row.cells {
                let column = columns[cell.column]
                for metric in column.metrics {
                    let values = zip(cell.seeds, cell.values[metric] ?? []).map { "\($0): \(percent($1))" }
                    lines.append([row.title, column.label, metric.short, values.joined(separator: ", ")])
                }
            }
        }
        return Self.table(["system", "task", "metric", "seed: value"], lines)
    }

    private var retentionTable: String {
        var lines: [[String]] = []
        for row in rows {
            for cell in row.cells {
                lines.append([
                    row.title, columns[cell.column].label, percent(mean(cell.scores)), percent(cell.retention), percent(cell.aboveConstant),
                    percent(cell.aboveHard), percent(cell.agreement), cell.divergence.map { fixed($0, 3) } ?? "",
                ])
            }
        }
        return Self.table(
            ["system", "task", "score S", "S / T", "(S - c) / (T - c)", "(S - H) / (T - H)", "says what the teacher says", "KL from the teacher"], lines)
    }

    private var contrastTable: String {
        let lines = contrasts.map { contrast in
            [
                contrast.system, contrast.against, contrast.task, "\(contrast.seeds)", signed(contrast.difference),
                "\(signed(contrast.interval.low)) to \(signed(contrast.interval.high))", contrast.verdict.rawValue, contrast.question ?? "",
            ]
        }
        return Self.table(["system", "against", "task", "seeds", "points", "95 % of resamples", "verdict", "question"], lines)
            + "\nPoints of the score; \(resamples) resamples of seeds and examples, in pairs.\n"
    }

    private func percent(_ share: Double?) -> String { share.map { fixed(100 * $0, 1) } ?? "" }
    private func signed(_ share: Double) -> String { (share >= 0 ? "+" : "") + fixed(100 * share, 1) }

    private static func table(_ header: [String], _ lines: [[String]]) -> String {
        let rule = header.map { _ in "---" }
        return ([header, rule] + lines).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}

extension Metric {
    /// As tables of GLUE write it.
    var short: String {
        switch self {
        case .accuracy: "acc"
        case .f1: "F1"
        case .matthews: "Mcc"
        case .pearson: "Pearson"
        case .spearman: "Spearman"
        case .entityF1: "entity F1"
        }
    }
}
