/// Which teacher layer each student layer learns from.
public enum LayerMap {
    /// phi(i) = ceil(i N / M), i = 1...M: 12 to 4 gives 3, 6, 9, 12; 6 to 4 gives 2, 3, 5, 6. Nil where the student has more
    /// layers than the teacher, which needs an explicit map.
    public static func uniform(student: Int, teacher: Int) -> [Int]? {
        guard student > 0, student <= teacher else { return nil }
        return (1...student).map { ($0 * teacher + student - 1) / student }
    }
}
