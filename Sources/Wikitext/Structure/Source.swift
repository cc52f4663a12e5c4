/// Searches in the bytes of a page.
extension Span<UInt8> {
    /// Where a byte stands next, or the end.
    func next(_ byte: UInt8, from start: Int) -> Int {
        var at = start
        while at < count, self[at] != byte { at += 1 }
        return at
    }

    /// Whether bytes stand at a place; ASCII letters are compared as `text` has them.
    func has(_ text: StaticString, at place: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard place >= 0, place + length <= count else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<length where unsafe self[place + index] != wanted[index] { return false }
            return true
        }
    }

    /// As `has`, for a text in lower case, whatever the case here.
    func hasFolded(_ text: StaticString, at place: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard place >= 0, place + length <= count else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<length where unsafe lowercased(self[place + index]) != wanted[index] { return false }
            return true
        }
    }

    /// Past the spaces and tabs at a place.
    func pastSpaces(from start: Int, to end: Int) -> Int {
        var at = start
        while at < end, isSpace(self[at]) { at += 1 }
        return at
    }

    /// Without white space around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isWhite(self[low]) { low += 1 }
        while low < high, isWhite(self[high - 1]) { high -= 1 }
        return low..<high
    }

    /// The end of the paragraph at a place: where its last line ends, before a blank line or the end.
    func paragraphEnd(from start: Int) -> Int {
        var at = start
        while at < count {
            at = next(newline, from: at)
            let line = pastSpaces(from: at + 1, to: count)
            if line >= count || self[line] == newline { return at }
            at += 1
        }
        return count
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}

let newline = UInt8(ascii: "\n")

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

func isWhite(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
