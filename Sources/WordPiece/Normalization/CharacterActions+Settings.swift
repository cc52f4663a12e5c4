extension CharacterActions {
    /// The actions under the settings of a `BertNormalizer` followed by a `BertPreTokenizer`.
    init(_ settings: WordPieceSettings) {
        self.init()
        let strips = settings.stripAccents ?? settings.lowercase
        set(ranges: punctuationRanges, Self.isolated)
        set(ranges: whitespaceRanges, Self.space)
        let mapping = Mapping(strips: strips, lowercases: settings.lowercase)
        let mapped = mapping.mapped.map { (scalar: $0, steps: mapping.steps(of: $0, kinds: self)) }

        if strips {
            set(ranges: hangulRange, Self.hangul)
            set(ranges: nonspacingRanges, Self.removed)
            mapping.forEachMark { mark, combiningClass in
                let isRemoved = self[mark] == Self.removed
                if isRemoved { return }
                set(mark, steps: [Step(.mark, scalar: mark, combiningClass: combiningClass)])
            }
            for mark in mapping.barriers { set(mark, Self.barrier) }
        }
        for (scalar, steps) in mapped { set(scalar, steps: steps) }
        if settings.handleChineseCharacters {
            let compatibility = mapped.filter { $0.steps.count == 1 && isIdeograph($0.scalar) }
            set(ranges: ideographRanges, Self.isolated)
            for (scalar, steps) in compatibility { set(scalar, steps: [Step(.isolated, scalar: steps[0].scalar)]) }
        }
        if settings.cleanText { set(ranges: controlRanges, Self.removed) }
        fillASCII()
        fillRoles()
    }
}

let hangulRange: [UInt32] = [0xAC00, 0xAC00 + 11171]

private func isIdeograph(_ scalar: UInt32) -> Bool {
    stride(from: 0, to: ideographRanges.count, by: 2).contains {
        ideographRanges[$0] <= scalar && scalar <= ideographRanges[$0 + 1]
    }
}

/// Decomposing, stripping and lower-casing of single characters.
private struct Mapping {
    private var decomposed: [UInt32: ArraySlice<UInt32>] = [:]
    private var lowercase: [UInt32: [UInt32]] = [:]
    private var combiningClass: [UInt32: UInt32] = [:]
    private var nonspacing: Set<UInt32> = []
    private let strips: Bool

    init(strips: Bool, lowercases: Bool) {
        self.strips = strips
        if strips {
            for (scalar, parts) in expansions(decompositions) { decomposed[scalar] = parts }
            for index in stride(from: 0, to: nonspacingRanges.count, by: 2) {
                nonspacing.formUnion(nonspacingRanges[index]...nonspacingRanges[index + 1])
            }
            for index in stride(from: 0, to: combiningRanges.count, by: 3) {
                for scalar in combiningRanges[index]...combiningRanges[index + 1] {
                    combiningClass[scalar] = combiningRanges[index + 2]
                }
            }
        }
        if lowercases {
            for index in stride(from: 0, to: lowercaseRanges.count, by: 4) {
                let (first, last) = (lowercaseRanges[index], lowercaseRanges[index + 1])
                for scalar in stride(from: first, through: last, by: Int(lowercaseRanges[index + 2])) {
                    lowercase[UInt32(scalar)] = [UInt32(scalar + lowercaseRanges[index + 3])]
                }
            }
            for (scalar, parts) in expansions(lowercaseExpansions) { lowercase[scalar] = Array(parts) }
        }
    }

    /// All characters that become others, in order.
    var mapped: [UInt32] { Set(decomposed.keys).union(lowercase.keys).sorted() }

    /// Characters that are removed after decomposition and that marks do not move over.
    var barriers: [UInt32] { nonspacing.filter { combiningClass[$0] == nil }.sorted() }

    func forEachMark(_ body: (_ mark: UInt32, _ combiningClass: UInt32) -> Void) {
        for (mark, value) in combiningClass.sorted(by: { $0.key < $1.key }) { body(mark, value) }
    }

    /// - Parameter kinds: a table that knows punctuation and white space.
    func steps(of scalar: UInt32, kinds: CharacterActions) -> [CharacterActions.Step] {
        var steps: [CharacterActions.Step] = []
        for part in decomposed[scalar] ?? [scalar] {
            let value = combiningClass[part] ?? 0
            if nonspacing.contains(part) {
                if value == 0 { steps.append(.init(.barrier, scalar: part)) }
                continue
            }
            for lower in lowercase[part] ?? [part] {
                if value > 0 {
                    steps.append(.init(.mark, scalar: lower, combiningClass: value))
                } else {
                    let kind: CharacterActions.Step.Kind =
                        switch kinds[lower] {
                        case CharacterActions.space: .space
                        case CharacterActions.isolated: .isolated
                        default: .word
                        }
                    steps.append(.init(kind, scalar: lower))
                }
            }
        }
        return steps
    }
}

/// The entries of a table of (character | count << 24, parts).
private func expansions(_ table: [UInt32]) -> [(scalar: UInt32, parts: ArraySlice<UInt32>)] {
    var found: [(UInt32, ArraySlice<UInt32>)] = []
    var index = 0
    while index < table.count {
        let count = Int(table[index] >> 24)
        found.append((table[index] & 0xFF_FFFF, table[index + 1...index + count]))
        index += count + 1
    }
    return found
}
