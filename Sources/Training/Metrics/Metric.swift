/// What a task is judged by, in the names that GLUE's papers use.
public enum Metric: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    case accuracy
    /// Of the class 1 of two.
    case f1
    /// Matthews' correlation of two classes.
    case matthews
    case pearson
    case spearman
    /// Of entities: exact spans and types.
    case entityF1
}

extension Metric {
    /// - Parameters:
    ///   - predicted: classes.
    ///   - labels: classes, as many.
    public static func accuracy(_ predicted: [Int], _ labels: [Int]) -> Double {
        guard !labels.isEmpty else { return 0 }
        return Double(zip(predicted, labels).count { $0 == $1 }) / Double(labels.count)
    }

    /// 0 where nothing is predicted or labelled as the class.
    public static func f1(_ predicted: [Int], _ labels: [Int], of category: Int = 1) -> Double {
        let both = zip(predicted, labels).count { $0 == category && $1 == category }
        let either = predicted.count { $0 == category } + labels.count { $0 == category }
        return either == 0 ? 0 : 2 * Double(both) / Double(either)
    }

    /// The multi-class form (Gorodkin, 2004); 0 where either side is constant.
    public static func matthews(_ predicted: [Int], _ labels: [Int]) -> Double {
        let classes = (max(predicted.max() ?? 0, labels.max() ?? 0)) + 1
        var (ours, theirs) = ([Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes))
        for (p, l) in zip(predicted, labels) {
            ours[p] += 1
            theirs[l] += 1
        }
        let count = Double(labels.count)
        let correct = Double(zip(predicted, labels).count { $0 == $1 })
        let dot = zip(ours, theirs).reduce(0) { $0 + $1.0 * $1.1 }
        let product = (count * count - ours.reduce(0) { $0 + $1 * $1 }) * (count * count - theirs.reduce(0) { $0 + $1 * $1 })
        return product == 0 ? 0 : (correct * count - dot) / product.squareRoot()
    }

    /// 0 where either side is constant.
    public static func pearson(_ x: [Double], _ y: [Double]) -> Double {
        // A constant's mean may differ from it in the last digit.
        guard x.contains(where: { $0 != x[0] }), y.contains(where: { $0 != y[0] }) else { return 0 }
        let count = Double(x.count)
        let (mx, my) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - mx) * (a - mx)
            yy += (b - my) * (b - my)
            xy += (a - mx) * (b - my)
        }
        return xx == 0 || yy == 0 ? 0 : xy / (xx.squareRoot() * yy.squareRoot())
    }

    /// Pearson's correlation of the ranks; equal values share the mean of theirs.
    public static func spearman(_ x: [Double], _ y: [Double]) -> Double { pearson(ranks(x), ranks(y)) }

    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
