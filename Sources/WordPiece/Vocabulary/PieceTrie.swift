/// All tokens as one trie over bytes, in a double array (Aoe, "An efficient digital search algorithm by using a
/// double-array structure", 1989): a step is one addition and one comparison.
struct PieceTrie: Sendable {
    struct Node: Sendable {
        /// The child for byte `b` is at `base + b`, if its `parent` is this node.
        var base: Int32 = 0
        var parent: Int32 = free
        /// The token that ends here, or -1.
        var id: Int32 = -1
    }

    static let free: Int32 = -1

    /// The root is 0. There are always 256 nodes from any `base` on.
    private(set) var nodes: [Node]

    /// - Parameter order: ids in the byte order of their tokens; of equal tokens the last counts.
    init(bytes: [UInt8], starts: [Int], order: [Int]) {
        nodes = [Node](repeating: Node(), count: bytes.count + 512)
        nodes[0].parent = -2
        // Where the last search for so many children ended: earlier places are all but full for them.
        var searched = [Int](repeating: 0, count: 257)
        var pending = [(node: 0, tokens: order.startIndex..<order.endIndex, depth: 0)]
        var children: [(byte: UInt8, tokens: Range<Int>)] = []
        while let (node, tokens, depth) = pending.popLast() {
            children.removeAll(keepingCapacity: true)
            for place in tokens {
                let token = order[place]
                if starts[token] + depth == starts[token + 1] {
                    // An empty token is no piece.
                    if depth > 0 { nodes[node].id = Int32(token) }
                    continue
                }
                let byte = bytes[starts[token] + depth]
                if let last = children.last, last.byte == byte {
                    children[children.count - 1].tokens = last.tokens.lowerBound..<place + 1
                } else {
                    children.append((byte, place..<place + 1))
                }
            }
            guard !children.isEmpty else { continue }
            let base = place(children.map(\.byte), from: searched[children.count])
            searched[children.count] = base
            nodes[node].base = Int32(base)
            for child in children {
                nodes[base + Int(child.byte)].parent = Int32(node)
                pending.append((base + Int(child.byte), child.tokens, depth + 1))
            }
        }
        nodes.removeLast(nodes.count - 256 - searched.max()!)
    }

    /// The first base, from a place on, at which all bytes fall on free nodes.
    private mutating func place(_ bytes: [UInt8], from start: Int) -> Int {
        var base = start
        while true {
            if base + 256 > nodes.count {
                nodes += repeatElement(Node(), count: nodes.count)
            }
            if bytes.allSatisfy({ nodes[base + Int($0)].parent == Self.free }) { return base }
            base += 1
        }
    }

    func child(of node: Int, _ byte: UInt8) -> Int? {
        let next = Int(nodes[node].base) + Int(byte)
        return nodes[next].parent == Int32(node) ? next : nil
    }

    /// The node that the bytes lead to.
    func node(of bytes: some Sequence<UInt8>) -> Int? {
        var node = 0
        for byte in bytes {
            guard let next = child(of: node, byte) else { return nil }
            node = next
        }
        return node
    }
}
