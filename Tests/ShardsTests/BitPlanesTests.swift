import Testing

@testable import Shards

@Suite struct BitPlanesTests {
    /// The definition, a bit at a time.
    private func naive(_ source: [UInt8], size: Int) -> [UInt8] {
        var target: [UInt8] = []
        for start in stride(from: 0, to: source.count, by: BitPlanes.blockLength) {
            let block = Array(source[start..<min(start + BitPlanes.blockLength, source.count)])
            let plane = (block.count / size + 7) / 8
            var planes = [UInt8](repeating: 0, count: plane * 8 * size)
            for number in 0..<block.count / size {
                for bit in 0..<8 * size where block[number * size + bit / 8] >> (bit % 8) & 1 == 1 {
                    planes[bit * plane + number / 8] |= 1 << (number % 8)
                }
            }
            target += planes
        }
        return target
    }

    private func filter(_ source: [UInt8], size: Int) -> [UInt8] {
        var target = [UInt8](repeating: 0xAA, count: BitPlanes.filteredCount(source.count, size: size))
        unsafe source.withUnsafeBytes { source in
            unsafe target.withUnsafeMutableBytes { unsafe BitPlanes.filter(source, size: size, into: $0) }
        }
        return target
    }

    private func unfilter(_ source: [UInt8], count: Int, size: Int) -> [UInt8] {
        var target = [UInt8](repeating: 0xAA, count: count)
        unsafe source.withUnsafeBytes { source in
            unsafe target.withUnsafeMutableBytes { unsafe BitPlanes.unfilter(source, size: size, into: $0) }
        }
        return target
    }

    @Test(arguments: [2, 4], [0, 1, 7, 8, 9, 63, 64, 127, 128, 129, 300, 2047, 2048, 2049, 4095, 4096, 4097, 9000])
    func agreesWithTheDefinitionAndComesBack(size: Int, count: Int) {
        var random = Xorshift(state: UInt64(count * size + 1))
        let source = (0..<count * size).map { _ in UInt8(truncatingIfNeeded: random.next() >> 17) }
        let planes = filter(source, size: size)
        #expect(planes == naive(source, size: size))
        #expect(unfilter(planes, count: source.count, size: size) == source)
    }
}
