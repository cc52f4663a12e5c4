/// A seeded permutation of 0..<count: Fisher and Yates, from the last place down.
public func permutation(count: Int, seed: UInt64, stream: UInt64) -> [Int] {
    precondition(count <= UInt32.max, "a permutation has at most 2^32 - 1 members")
    var order = Array(0..<count)
    var random = RandomStream(seed: seed, stream: stream)
    for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, Int(random.below(UInt32(last + 1))))
    }
    return order
}
