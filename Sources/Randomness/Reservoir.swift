/// So many of the elements that pass by, each as likely as any other (Vitter, "Random Sampling with a Reservoir", 1985,
/// algorithm R).
public struct Reservoir<Element> {
    /// In the order of their passing.
    public var elements: [Element] { kept.sorted { $0.number < $1.number }.map(\.element) }

    private let size: Int
    private var kept: [(number: UInt32, element: Element)] = []
    private var random: RandomStream
    private var count: UInt32 = 0

    public init(size: Int, seed: UInt64) {
        self.size = size
        random = RandomStream(seed: seed, stream: Streams.samples)
    }

    public mutating func offer(_ element: @autoclosure () -> Element) {
        precondition(count < .max, "as many as a word counts")
        count += 1
        if kept.count < size {
            kept.append((count, element()))
        } else if size > 0 {
            let place = Int(random.below(count))
            if place < size { kept[place] = (count, element()) }
        }
    }
}

extension Reservoir: Sendable where Element: Sendable {}
