import Files
import Synchronization

/// The most memory that this process was seen to hold, mapped files aside.
final class MemoryMeter: Sendable {
    private struct State {
        var most = 0
        var last: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Looks, at most ten times a second.
    func look() {
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.last, now - last < .milliseconds(100) { return }
            state = State(most: max(state.most, Self.held ?? 0), last: now)
        }
    }

    /// The most since it was asked for last, in bytes; nil where the system does not say.
    func take() -> Int? {
        state.withLock { state in
            let held = Self.held.map { max($0, state.most) }
            state = State()
            return held
        }
    }

    /// Linux tells it in kB.
    private static var held: Int? {
        guard let lines = try? LineReader("/proc/self/status") else { return nil }
        while let line = try? lines.next() {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            if words.first == "RssAnon:", words.count > 1, let count = Int(words[1]) { return count << 10 }
        }
        return nil
    }
}
