package let newline = UInt8(ascii: "\n")

/// The lines of a block, without their LFs.
package func lineRanges(_ block: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < block.count {
        let end = block[start...].firstIndex(of: newline) ?? block.count
        ranges.append(start..<end)
        start = end + 1
    }
    return ranges
}
