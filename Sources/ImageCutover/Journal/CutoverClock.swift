internal import FoundationEssentials
internal import Glibc
internal import Quantities

/// The machine's time: the monotonic clock, and across boots and deaths what the wall clock says has passed.
struct CutoverClock: Hashable, Sendable {
  static let boot: String = {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text?.split(separator: "\n").first.map(String.init) ?? "unknown"
  }()

  /// What is added to the monotonic clock.
  private let offset: Duration

  init() { offset = .zero }

  /// Goes on from where the journal ends.
  init(after last: JournalClock) {
    let now = monotonicNow()
    let passed =
      last.boot == Self.boot
      ? max(now - last.monotonic, .zero)
      // A wall clock that was set back must not let time run backwards.
      : max(Duration(nanoseconds: Self.wall() &- last.wall), .zero)
    offset = last.machine + passed - now
  }

  var now: Instant { monotonicNow() + offset }

  /// The same moment on the monotonic clock.
  func monotonic(_ time: Instant) -> Instant { time == .distantFuture ? time : time - offset }

  var stamp: JournalClock {
    let monotonic = monotonicNow()
    return JournalClock(
      boot: Self.boot, machine: monotonic + offset, monotonic: monotonic, wall: Self.wall())
  }

  private static func wall() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
