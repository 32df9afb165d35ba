public import Quantities

/// How a stage is told to have stalled, and the best moment to act on it found.
///
/// A pass is stalled if it leaves at least `1 - margin` of the least that any pass older than `window` has left: time
/// has gone by, and next to nothing was gained. From then on the stage waits for a pass that leaves about the least
/// seen so far, which is the cheapest moment to stop the guest; should none come, it makes do with the least since,
/// after `window` first and after ever shorter times then.
///
/// Source: KubeVirt's stall detector (enhancement proposal 248; `pkg/virt-launcher/virtwrap`). Its smoothing of the
/// bandwidth is not taken over: what counts here is the bandwidth of the last pass.
public struct StallDetection: Hashable, Codable, Sendable {
  /// How old a pass must be for its rest to be compared with. 40 s: KubeVirt's `stallProgressTimeout`.
  public var window: Duration
  /// What counts as next to nothing, as a fraction. 0.04: KubeVirt's `stallMargin`.
  public var margin: Double
  /// What the patience is multiplied by each time it has run out. 0.5: KubeVirt's `patienceWindowDecayFactor`.
  public var patienceDecay: Double
  /// Whether to wait for a low at all. `true`: KubeVirt's `searchLocalMinima`.
  public var waitsForLow: Bool

  public init(
    window: Duration = .seconds(40), margin: Double = 0.04, patienceDecay: Double = 0.5,
    waitsForLow: Bool = true
  ) {
    self.window = window
    self.margin = margin
    self.patienceDecay = patienceDecay
    self.waitsForLow = waitsForLow
  }

  func validate() throws(PlanError) {
    if window <= .zero { throw PlanError("a stall is told over a time longer than nothing") }
    guard (0..<1).contains(margin) else { throw PlanError("\(margin) is no margin: from 0 up to 1") }
    guard patienceDecay > 0, patienceDecay <= 1 else {
      throw PlanError("patience can be multiplied by more than 0 and at most 1, not by \(patienceDecay)")
    }
  }
}

/// What a stage remembers in order to tell a stall.
struct StallState: Hashable, Codable, Sendable {
  private struct Pass: Hashable, Codable, Sendable {
    var ended: Instant
    var remaining: Bytes
  }

  /// Passes within the window that left less than any before them, the latest and least last.
  private var lows: [Pass] = []
  /// The least that any pass older than the window has left.
  private var leastBefore: Bytes?
  /// Once stalled: what to wait for.
  private var target: Bytes?
  /// Since the stall, the least last.
  private var left: [Bytes] = []
  private var patience = Duration.zero
  private var patienceEnds = Instant.zero
  /// When a rule acted on the stall; it is not looked for any more.
  var acted: Instant?

  /// Whether its times and amounts can be: of one that comes from a file.
  var isSound: Bool {
    let times = lows.map(\.ended) + [patienceEnds, acted ?? .zero]
    let amounts = lows.map(\.remaining) + left + [leastBefore ?? .zero, target ?? .zero]
    return times.allSatisfy(\.isSound) && patience >= .zero
      && amounts.allSatisfy { (Bytes.zero...CutoverAccounts.mostBytes).contains($0) }
  }

  /// Time in which nobody could make progress is not in the window.
  mutating func excuse(_ time: Duration) {
    for index in lows.indices { lows[index].ended = lows[index].ended + time }
    patienceEnds = patienceEnds + time
    acted = acted.map { $0 + time }
  }

  mutating func passEnded(remaining: Bytes, _ detection: StallDetection, at now: Instant) {
    guard acted == nil else { return }
    forget(before: now - detection.window)
    if leastBefore.map({ remaining <= $0 }) ?? true, lows.last.map({ remaining < $0.remaining }) ?? true {
      lows.append(Pass(ended: now, remaining: remaining))
    }
    if target != nil {
      relax(remaining, detection, now)
    } else if let least = leastBefore, remaining.value >= least.value * (1 - detection.margin) {
      target = min(least, lows.last?.remaining ?? least)
      patience = detection.window
      patienceEnds = now + patience
    }
  }

  func isAtLow(_ remaining: Bytes, _ detection: StallDetection) -> Bool {
    guard acted == nil, let target else { return false }
    return !detection.waitsForLow || remaining.value <= target.value * (1 + detection.margin)
  }

  private mutating func forget(before time: Instant) {
    let old = lows.prefix { $0.ended <= time }
    // Each low is less than the one before it.
    if let last = old.last { leastBefore = min(leastBefore ?? last.remaining, last.remaining) }
    lows.removeFirst(old.count)
  }

  private mutating func relax(_ remaining: Bytes, _ detection: StallDetection, _ now: Instant) {
    left.insert(remaining, at: left.firstIndex { $0 < remaining } ?? left.endIndex)
    guard now >= patienceEnds, let next = left.popLast() else { return }
    target = next
    patience = patience * detection.patienceDecay
    patienceEnds = now + patience
  }
}
