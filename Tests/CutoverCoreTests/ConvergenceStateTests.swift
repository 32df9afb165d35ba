import Quantities
import Testing

@testable import CutoverCore

@Suite("Convergence rules")
struct ConvergenceStateTests {
  /// Takes passes in, one a second, over a link of 1,000 B/s: what remains in bytes is the pause in milliseconds.
  struct Stage {
    let rules: ConvergenceRules
    var state: ConvergenceState
    var now = Instant.zero

    init(until target: ConvergenceTarget, _ rules: ConvergenceRule...) {
      self.rules = ConvergenceRules(until: target, rules: rules)
      state = ConvergenceState(of: self.rules, at: .zero)
    }

    mutating func pass(remaining: Int64, sent: Int64 = 1_000, after time: Duration = .seconds(1))
      -> ConvergenceState.Verdict
    {
      now = now + time
      let report = CopyReport(
        transferred: Bytes(sent), remaining: Bytes(remaining), bandwidth: ByteRate(bytesPerSecond: 1_000))
      return state.passEnded(report, under: rules, at: now)
    }

    mutating func look(at time: Duration) -> ConvergenceState.Verdict {
      now = .zero + time
      return state.timePassed(under: rules, at: now)
    }

    var nextLook: Duration? { state.nextLook(under: rules).map { $0 - .zero } }
  }

  static let pause300 = ConvergenceTarget.expectedPause(atMost: .milliseconds(300))
  static let never = ConvergenceTarget.remaining(atMost: .zero)

  // MARK: - Targets

  @Test("QEMU's rule: switch when the rest takes at most 300 ms at the bandwidth last seen")
  func expectedPause() {
    var stage = Stage(until: Self.pause300)
    #expect(stage.pass(remaining: 301) == .again)
    #expect(stage.pass(remaining: 300) == .switchOver)
  }

  @Test("a mirror is done when little enough remains")
  func remaining() {
    var stage = Stage(until: .remaining(atMost: Bytes(64)))
    #expect(stage.pass(remaining: 65) == .again)
    #expect(stage.pass(remaining: 64) == .switchOver)
  }

  @Test("a snapshot is copied so many times, whatever is left")
  func passes() {
    var stage = Stage(until: .passes(2))
    #expect(stage.pass(remaining: 0) == .again)
    #expect(stage.pass(remaining: 5_000) == .switchOver)
    #expect(stage.state.passes == 2)
  }

  @Test("nothing moves at no bandwidth, and the pause would never end")
  func noBandwidth() {
    var state = ConvergenceState(of: ConvergenceRules(until: Self.pause300), at: .zero)
    let report = CopyReport(transferred: .zero, remaining: Bytes(1), bandwidth: .zero)
    #expect(state.passEnded(report, under: ConvergenceRules(until: Self.pause300), at: .zero) == .again)
  }

  // MARK: - Conditions

  @Test("a limit of passes is reached once")
  func passCount() {
    var stage = Stage(
      until: Self.pause300,
      ConvergenceRule(when: .passes(atLeast: 2), do: .throttle(first: 0.2, step: 0.1, most: 0.99)))
    _ = stage.pass(remaining: 900)
    #expect(stage.state.throttle == 0)
    _ = stage.pass(remaining: 900)
    #expect(stage.state.throttle == 0.2)
    _ = stage.pass(remaining: 900)
    #expect(stage.state.throttle == 0.2)
  }

  @Test("the passes are counted when a pass ends, not when time has passed")
  func passCountInMidPass() {
    var stage = Stage(
      until: Self.never, ConvergenceRule(when: .passes(atLeast: 1), do: .abort),
      ConvergenceRule(when: .elapsed(.seconds(9)), do: .setDowntimeLimit(.zero)))
    stage.state.resumeAfterFirstPass()
    #expect(stage.look(at: .seconds(9)) == .again)
    #expect(stage.pass(remaining: 900) == .abort(isTimeOut: false))
  }

  @Test("a rule about time is due in the middle of a pass, and ends the stage as timed out")
  func elapsed() {
    var stage = Stage(until: Self.never, ConvergenceRule(when: .elapsed(.seconds(10)), do: .abort))
    #expect(stage.nextLook == .seconds(10))
    #expect(stage.look(at: .seconds(9)) == .again)
    #expect(stage.look(at: .seconds(10)) == .abort(isTimeOut: true))
  }

  @Test("a pass that ends after the time is up meets the rule too")
  func elapsedAtPassEnd() {
    var stage = Stage(until: Self.never, ConvergenceRule(when: .elapsed(.seconds(10)), do: .switchOver))
    #expect(stage.pass(remaining: 900, after: .seconds(11)) == .switchOver)
  }

  @Test("a rule about time that has fired is not due again, and the next one is")
  func severalTimes() {
    var stage = Stage(
      until: Self.pause300,
      ConvergenceRule(when: .elapsed(.seconds(20)), do: .abort),
      ConvergenceRule(when: .elapsed(.seconds(10)), do: .setDowntimeLimit(.seconds(2))))
    #expect(stage.nextLook == .seconds(10))
    #expect(stage.look(at: .seconds(10)) == .again)
    #expect(stage.state.downtimeLimit == .seconds(2))
    #expect(stage.nextLook == .seconds(20))
    #expect(stage.look(at: .seconds(20)) == .abort(isTimeOut: true))
    #expect(Stage(until: Self.never).nextLook == nil)
  }

  @Test("no progress is the time since the lowest rest, and each new low puts it off")
  func noProgress() {
    var stage = Stage(until: Self.never, ConvergenceRule(when: .noProgress(for: .seconds(5)), do: .abort))
    #expect(stage.nextLook == .seconds(5))
    #expect(stage.pass(remaining: 900) == .again)
    #expect(stage.nextLook == .seconds(6))
    #expect(stage.pass(remaining: 900) == .again)
    #expect(stage.nextLook == .seconds(6))
    #expect(stage.pass(remaining: 800) == .again)
    #expect(stage.nextLook == .seconds(8))
    #expect(stage.look(at: .seconds(8)) == .abort(isTimeOut: false))
  }

  @Test("a rest that rose is counted against the pass before, and anew after firing")
  func rises() {
    var stage = Stage(until: Self.never, ConvergenceRule(when: .remainingRose(times: 2), do: .abort))
    #expect(stage.pass(remaining: 500) == .again)
    #expect(stage.pass(remaining: 600) == .again)
    #expect(stage.pass(remaining: 600) == .again)
    #expect(stage.pass(remaining: 100) == .again)
    #expect(stage.pass(remaining: 101) == .abort(isTimeOut: false))
  }

  @Test("rules that count the same thing count each for itself")
  func countersOfTheirOwn() {
    var stage = Stage(
      until: Self.never,
      ConvergenceRule(when: .remainingRose(times: 2), do: .throttle(first: 0.2, step: 0.2, most: 1)),
      ConvergenceRule(when: .dirtiedOverSent(ratio: 5, times: 1), do: .switchOver),
      ConvergenceRule(when: .remainingRose(times: 3), do: .abort))
    #expect(stage.pass(remaining: 1) == .again)
    #expect(stage.pass(remaining: 2) == .again)
    #expect(stage.pass(remaining: 3) == .again)
    #expect(stage.state.throttle == 0.2)
    #expect(stage.pass(remaining: 4) == .abort(isTimeOut: false))
  }

  @Test("different ratios count different passes")
  func ratiosOfTheirOwn() {
    var stage = Stage(
      until: Self.never,
      ConvergenceRule(when: .dirtiedOverSent(ratio: 0.5, times: 3), do: .abort),
      ConvergenceRule(when: .dirtiedOverSent(ratio: 0.9, times: 2), do: .switchOver))
    #expect(stage.pass(remaining: 600) == .again)
    #expect(stage.pass(remaining: 500) == .again)
    #expect(stage.pass(remaining: 950) == .again)
    #expect(stage.pass(remaining: 901) == .abort(isTimeOut: false))
  }

  // MARK: - Remedies

  @Test("Proxmox doubles the limit each time the rest rises, up to 2000 s")
  func doubling() {
    var stage = Stage(
      until: .expectedPause(atMost: .milliseconds(100)),
      ConvergenceRule(
        when: .remainingRose(times: 1), do: .scaleDowntimeLimit(by: 2, upTo: .milliseconds(350))))
    #expect(stage.pass(remaining: 900) == .again)
    #expect(stage.pass(remaining: 901) == .again)
    #expect(stage.state.downtimeLimit == .milliseconds(200))
    #expect(stage.pass(remaining: 902) == .again)
    #expect(stage.pass(remaining: 903) == .again)
    #expect(stage.state.downtimeLimit == .milliseconds(350))
  }

  @Test("a limit that was raised far enough ends the stage at once")
  func raisedFarEnough() {
    var stage = Stage(
      until: Self.pause300,
      ConvergenceRule(when: .passes(atLeast: 2), do: .setDowntimeLimit(.seconds(1))))
    #expect(stage.pass(remaining: 900) == .again)
    #expect(stage.pass(remaining: 900) == .switchOver)
  }

  @Test("QEMU's auto-converge: 20 % after two heavy passes, then 10 % more every second one, up to 99 %")
  func autoConverge() {
    var stage = Stage(
      until: Self.never,
      ConvergenceRule(
        when: .dirtiedOverSent(ratio: 0.5, times: 2), do: .throttle(first: 0.2, step: 0.1, most: 0.99)))
    var percents: [Int] = []
    for _ in 1...22 {
      #expect(stage.pass(remaining: 501) == .again)
      percents.append(Int((stage.state.throttle * 100).rounded()))
    }
    #expect(
      percents == [
        0, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70, 80, 80, 90, 90, 99, 99, 99, 99, 99,
      ])
  }

  @Test("half of what was sent is not over half of it")
  func justHalf() {
    var stage = Stage(
      until: Self.never, ConvergenceRule(when: .dirtiedOverSent(ratio: 0.5, times: 1), do: .abort))
    #expect(stage.pass(remaining: 500) == .again)
    #expect(stage.pass(remaining: 501) == .abort(isTimeOut: false))
  }

  @Test("several rules fire at one look, in order, until one ends the stage")
  func order() {
    var stage = Stage(
      until: Self.never,
      ConvergenceRule(when: .passes(atLeast: 1), do: .throttle(first: 0.5, step: 0, most: 1)),
      ConvergenceRule(when: .passes(atLeast: 1), do: .postCopy),
      ConvergenceRule(when: .passes(atLeast: 1), do: .abort))
    #expect(stage.pass(remaining: 900) == .postCopy)
    #expect(stage.state.throttle == 0.5)
  }

  @Test("the target comes before the rules")
  func targetFirst() {
    var stage = Stage(until: Self.pause300, ConvergenceRule(when: .passes(atLeast: 1), do: .abort))
    #expect(stage.pass(remaining: 300) == .switchOver)
  }

  @Test("a stage that is taken up again has made its first pass")
  func takenUpAgain() {
    var stage = Stage(until: Self.never, ConvergenceRule(when: .passes(atLeast: 2), do: .abort))
    stage.state.resumeAfterFirstPass()
    #expect(stage.state.passes == 1)
    #expect(stage.pass(remaining: 900) == .abort(isTimeOut: false))
  }
}
