extension LargeColumn {
    /// Bytes that a column of a row takes in a shard, with its record and the gap before it.
    public func storedBytes(_ contents: [UInt8]) -> Int {
        if contents.isEmpty { return ShardFormat.recordLength }
        var output: [UInt8] = []
        _ = FrameEncoder().append(contents, filter: filter, size: element.size, to: &output, start: 0)
        return output.count + ShardFormat.recordLength
    }
}
