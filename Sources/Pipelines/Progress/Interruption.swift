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
        var action = sigaction()
        // Without SA_RESTART: a wait for input ends too.
        let handler: @convention(c) (Int32) -> Void = { number in
            // Only what a signal handler may do: count, and leave.
            if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
        }
        #if canImport(Glibc)
            unsafe action.__sigaction_handler.sa_handler = handler
        #else
            unsafe action.__sigaction_u.__sa_handler = handler
        #endif
        for number in [SIGINT, SIGTERM] { unsafe sigaction(number, &action, nil) }
        // A parent may have left them blocked, and a child inherits that.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // A reader that went away is seen as a failed write.
        signal(SIGPIPE, SIG_IGN)
    }
}
