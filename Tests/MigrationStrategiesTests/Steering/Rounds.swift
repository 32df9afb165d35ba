import Quantities

@testable import CutoverCore
@testable import MigrationStrategies

/// Plays rounds to a platform's steering and records what it decides.
///
/// The link carries 1,000 B/ms, so that a rest of 300,000 B is a pause of 300 ms.
struct Rounds {
  static let bandwidth = ByteRate(bytesPerSecond: 1_000_000)

  let course: SteeredCourse
  var state: ConvergenceState
  var now = Instant.zero
  private(set) var verdict = ConvergenceState.Verdict.again

  init(_ steering: some LiveSteering, memory: Bytes = .gibibytes(8), disk: Bytes = .zero) {
    let guest = GuestFacts(memory: memory, diskVirtual: disk, diskAllocated: disk)
    course = steering.course(for: MigrationRequest(guest: guest, disk: disk > .zero ? .local : .shared))
    state = ConvergenceState(of: course.rounds, at: .zero, attemptBegan: .zero)
  }

  /// A round that ends `time` after the one before and leaves so many ms' worth; looks at the clock on the way.
  @discardableResult
  mutating func round(after time: Duration, leaves milliseconds: Double, sent: Bytes = .gigabytes(1))
    -> ConvergenceState.Verdict
  {
    let end = now + time
    while verdict == .again, let due = state.nextLook(under: course.rounds), due <= end { look(at: due) }
    guard verdict == .again else { return verdict }
    now = end
    verdict = state.passEnded(
      CopyReport(
        transferred: sent, remaining: Bytes(rounding: milliseconds * 1_000), bandwidth: Self.bandwidth),
      under: course.rounds, at: now)
    return verdict
  }

  private mutating func look(at time: Instant) {
    now = time
    verdict = state.timePassed(under: course.rounds, at: time)
  }

  /// Rounds that each leave the same, until it is decided; at most `most` of them.
  mutating func play(every time: Duration, leaving milliseconds: Double, most: Int = 100_000) {
    for _ in 0..<most where verdict == .again { round(after: time, leaves: milliseconds) }
  }

  var limit: Double { (state.downtimeLimit.seconds * 1e6).rounded() / 1e3 }
}

extension Rounds {
  /// Since the start.
  var seconds: Double { (now - Instant.zero).seconds }
}
