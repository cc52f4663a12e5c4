/// The version of the program, which run records state.
public enum Version {
    public static let text = "0.1.0"
}
