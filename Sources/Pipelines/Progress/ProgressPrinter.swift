import Files
public import Records
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Shows progress on the standard error: a bar with rate and time left, or a line every few seconds.
public final class ProgressPrinter: Sendable {
    private struct State {
        var stage = ""
        var start = ContinuousClock.now
        /// Work that an earlier run had done is not part of the rate.
        var first = 0
        var shown = ContinuousClock.now - .seconds(60)
        /// Whether the end was shown; more may come of what is counted in large units.
        var isComplete = false
        var barIsOpen = false
    }

    private let style: ProgressStyle
    private let state = Mutex(State())

    public init(_ style: ProgressStyle) {
        self.style = style == .automatic ? (isatty(2) == 1 ? .bar : .lines) : style
    }

    public func report(_ event: ProgressEvent) {
        guard style != .none else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if state.stage != event.stage || event.done < state.first {
                close(&state)
                state = State(stage: event.stage, start: now, first: max(event.done - 1, 0))
            }
            let isLast = event.done >= event.total && event.total > 0 && !state.isComplete
            state.isComplete = event.done >= event.total && event.total > 0
            let interval: Duration = style == .bar ? .milliseconds(100) : .seconds(5)
            guard isLast || now - state.shown >= interval else { return }
            state.shown = now
            let seconds = (now - state.start) / .seconds(1)
            let rate = seconds > 0 ? Double(event.done - state.first) / seconds : 0
            switch style {
            case .json: write(String(decoding: event.json(), as: UTF8.self) + "\n")
            case .bar:
                write("\r\u{1B}[2K" + Self.bar(event, rate: rate, width: terminalWidth()))
                state.barIsOpen = true
                if isLast { close(&state) }
            default: write(Self.line(event, rate: rate) + "\n")
            }
        }
    }

    /// Prints an error, as every command of a shell does.
    public static func error(_ text: String) {
        ProgressPrinter(.lines).note("limbeck: " + text)
    }

    /// Prints a line of its own; a bar that stands there is finished first.
    public func note(_ text: String) {
        guard style != .none, style != .json else { return }
        state.withLock { state in
            close(&state)
            write(text + "\n")
        }
    }

    /// Prints what should not be missed, whatever the style.
    public func warn(_ text: String) {
        state.withLock { state in
            close(&state)
            write(style == .json ? "{\"warning\":\(quoted(text))}\n" : "warning: \(text)\n")
        }
    }

    private func close(_ state: inout State) {
        if state.barIsOpen { write("\n") }
        state.barIsOpen = false
    }

    private func write(_ text: String) {
        // Nobody to tell is no reason to stop.
        try? StandardError.write(text)
    }

    static func line(_ event: ProgressEvent, rate: Double) -> String {
        guard event.total > 0 else { return "\(event.stage): \(event.done) \(event.unit)\(tail(event, rate: rate))" }
        let share = 100 * event.done / event.total
        return "\(event.stage): \(event.done)/\(event.total) \(event.unit) (\(share) %)\(tail(event, rate: rate))"
    }

    /// No wider than a line less one column: a bar that wraps would leave its old self behind.
    static func bar(_ event: ProgressEvent, rate: Double, width: Int) -> String {
        guard event.total > 0 else { return String(line(event, rate: rate).prefix(max(0, width - 1))) }
        let share = min(1, Double(event.done) / Double(event.total))
        let percent = min(100, 100 * event.done / event.total)
        let count = "\(percent) % \(event.done)/\(event.total)"
        var plain = event
        plain.values = []
        let texts = [
            "\(count) \(event.unit)\(tail(event, rate: rate))", "\(count) \(event.unit)\(tail(plain, rate: rate))",
            "\(count)\(left(event, rate: rate))", count,
        ]
        for text in texts {
            let room = min(30, width - event.stage.count - text.count - 5)
            guard room >= 8 else { continue }
            let full = Int(share * Double(room))
            return "\(event.stage) [" + String(repeating: "=", count: full) + String(repeating: " ", count: room - full) + "] " + text
        }
        return String("\(event.stage) \(count)".prefix(max(0, width - 1)))
    }

    private static func left(_ event: ProgressEvent, rate: Double) -> String {
        rate > 0 && event.done < event.total ? ", \(duration(Double(event.total - event.done) / rate)) left" : ""
    }

    private static func tail(_ event: ProgressEvent, rate: Double) -> String {
        var text = ""
        if rate > 0 {
            text += ", \(short(rate)) \(event.unit)/s" + left(event, rate: rate)
        }
        for value in event.values { text += ", \(value.name) \(short(value.number))" }
        return text
    }
}

private func terminalWidth() -> Int {
    var size = winsize()
    return unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
}
