/// The largest difference of two lists of one length; infinity where a number is NaN on one side only.
public func distance(_ a: [Float], _ b: [Float]) -> Float {
    precondition(a.count == b.count, "lists of one length")
    // Not `max()`, which a NaN slips past.
    return zip(a, b).reduce(0) { largest, pair in
        if pair.0.isNaN && pair.1.isNaN { return largest }
        let difference = (pair.0 - pair.1).magnitude
        return difference <= largest ? largest : difference.isNaN ? .infinity : difference
    }
}
