/// What happens to each character under some settings, as a table of two stages: a page of 256 actions for each block.
///
/// An action stands for the whole of the reference's passes (clean, space ideographs, decompose and strip, lower-case,
/// split), so that a text is walked once.
struct CharacterActions: Sendable {
    /// One of the constants below, or `firstSteps` and above: an entry of `stepStarts`.
    typealias Action = UInt16

    /// A part of a word, as it is.
    static let word: Action = 0
    /// Removed before all else: as though it were not there.
    static let removed: Action = 1
    /// Between words.
    static let space: Action = 2
    /// A word alone.
    static let isolated: Action = 3
    /// A Hangul syllable to be decomposed.
    static let hangul: Action = 4
    /// Removed, but marks do not move over it.
    static let barrier: Action = 5
    static let firstSteps: Action = 6

    private var pageOfBlock = [UInt16](repeating: 0, count: 0x1100)
    /// The first pages hold one of the constants throughout and are shared.
    private var pages: [Action]
    private var stepStarts = [0]
    private var steps: [Step] = []
    /// For each ASCII byte the action, shifted by 8, and the byte that is appended.
    private(set) var ascii: [UInt16] = []
    /// For each entry of `pages` what the character is to the words around it.
    private var roles: [Role] = []

    /// What a character is to the words around it.
    enum Role: UInt8 {
        /// A part of a run, whose ids depend on nothing outside it.
        case inner
        case space
        /// A run alone.
        case alone
    }

    /// A character that replaces another, and what it does.
    struct Step: Sendable {
        enum Kind: UInt8 { case word, mark, space, isolated, barrier }
        private let bits: UInt32

        init(_ kind: Kind, scalar: UInt32, combiningClass: UInt32 = 0) {
            bits = scalar | combiningClass << 21 | UInt32(kind.rawValue) << 29
        }

        var scalar: UInt32 { bits & 0x1F_FFFF }
        var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits >> 21) }
        var kind: Kind { Kind(rawValue: UInt8(bits >> 29))! }
    }

    init() {
        pages = (0..<Self.firstSteps).flatMap { [Action](repeating: $0, count: 256) }
    }

    subscript(scalar: UInt32) -> Action {
        pages[Int(pageOfBlock[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }

    func steps(of action: Action) -> ArraySlice<Step> {
        let entry = Int(action - Self.firstSteps)
        return steps[stepStarts[entry]..<stepStarts[entry + 1]]
    }

    mutating func set(_ scalar: UInt32, _ action: Action) {
        let block = Int(scalar >> 8)
        if pageOfBlock[block] < Self.firstSteps {
            let shared = Int(pageOfBlock[block]) << 8
            pageOfBlock[block] = UInt16(pages.count >> 8)
            pages += pages[shared..<shared + 256]
        }
        pages[Int(pageOfBlock[block]) << 8 | Int(scalar & 0xFF)] = action
    }

    /// Sets all characters of the ranges (first, last, first, last, ...) to a constant action.
    mutating func set(ranges: [UInt32], _ action: Action) {
        for index in stride(from: 0, to: ranges.count, by: 2) {
            var scalar = ranges[index]
            let end = ranges[index + 1] + 1
            while scalar < end {
                if scalar & 0xFF == 0, scalar + 256 <= end {
                    pageOfBlock[Int(scalar >> 8)] = action
                    scalar += 256
                } else {
                    set(scalar, action)
                    scalar += 1
                }
            }
        }
    }

    mutating func set(_ scalar: UInt32, steps new: [Step]) {
        set(scalar, Self.firstSteps + UInt16(stepStarts.count - 1))
        steps += new
        stepStarts.append(steps.count)
    }

    func role(of scalar: UInt32) -> Role {
        roles[Int(pageOfBlock[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }

    /// Fills the roles, once all actions are set.
    mutating func fillRoles() {
        roles = pages.map { action in
            switch action {
            case Self.space: .space
            case Self.isolated: .alone
            case Self.firstSteps...:
                // What yields a word and a space, say, is left to the run it stands in.
                switch steps(of: action) {
                case let steps where steps.count == 1 && steps.first!.kind == .space: .space
                case let steps where steps.count == 1 && steps.first!.kind == .isolated: .alone
                default: .inner
                }
            default: .inner
            }
        }
    }

    /// Fills the shortcut for ASCII; its characters have an action without steps, or one step that yields ASCII.
    mutating func fillASCII() {
        ascii = (0..<UInt32(0x80)).map { byte in
            let action = self[byte]
            guard action >= Self.firstSteps else { return action << 8 | UInt16(byte) }
            let step = steps(of: action).first!
            return Self.word << 8 | UInt16(step.scalar)
        }
    }
}
