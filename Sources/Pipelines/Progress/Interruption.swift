import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ctrl-C and SIGTERM ask the work to save its state and stop; a second one ends the process at once.
public enum Interruption {
    private static let count = Atomic<Int>(0)

    public static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

    /// Takes the signals over from the system.
    public static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                // Only what a signal handler may do: count, and leave.
                if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
            }
        }
        // A parent may have left them blocked, and a child inherits that.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A reader that went away is seen as a failed write.
        signal(SIGPIPE, SIG_IGN)
    }
}
