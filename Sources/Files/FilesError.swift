/// What went wrong with a file or a folder: which one, and why.
public enum FilesError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(path: String)
    case noPermission(path: String, operation: String)
    /// The disk or the quota is full.
    case full(path: String)
    case isFolder(path: String)
    /// Something that is not ours stands where a link is to be made.
    case inTheWay(path: String)
    /// The user asked to stop while input was waited for.
    case interrupted
    /// Another process writes into the folder.
    case locked(folder: String)
    /// The reader of the standard output has gone.
    case closedPipe
    case system(path: String, operation: String, reason: String)

    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file or folder"
        case .noPermission(let path, let operation): "\(path): no permission to \(operation); change its mode, or choose another place"
        case .full(let path): "\(path): no space is left on the disk; free some and run the same command again, it goes on where it stopped"
        case .isFolder(let path): "\(path): is a folder, and a file is asked for"
        case .inTheWay(let path): "\(path): a file or folder stands where a link to a result goes; move it away, it is left as it is"
        case .interrupted: "stopped"
        case .locked(let folder): "\(folder): another process is writing here; wait for it, or stop it"
        case .closedPipe: "the reader of the output has gone"
        case .system(let path, let operation, let reason): "\(path): cannot \(operation): \(reason)"
        }
    }
}
