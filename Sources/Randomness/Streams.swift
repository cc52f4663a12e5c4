/// Where each use of a seed draws from: 2^48 streams apart, so that no two uses meet.
public enum Streams {
    public static let order: UInt64 = 1 << 48
    public static let negatives: UInt64 = 2 << 48
    public static let initialisation: UInt64 = 3 << 48
    public static let dropout: UInt64 = 4 << 48
    public static let shuffle: UInt64 = 5 << 48
    public static let signs: UInt64 = 6 << 48
    public static let rows: UInt64 = 7 << 48
    public static let samples: UInt64 = 8 << 48
    public static let views: UInt64 = 9 << 48
    public static let words: UInt64 = 10 << 48
    public static let masks: UInt64 = 11 << 48
}
