internal import Quantities

/// What a pass over a sample cost: so much to get under way and to end, and so much for each byte between.
///
/// Each window that is done with is noted with its time. The pace is that of the windows after those that were under
/// way first: by then reads, writes and what waits for either are as many as they will be. What is read back only when
/// the last window is written has a pace of its own; what is read back before is part of the other.
struct PassCost: Sendable {
  /// Bytes done with, and when.
  private var marks: [(amount: Double, time: Instant)] = []
  private var amount = 0.0
  /// As much of what was read back behind the last window.
  private var backMarks: [(amount: Double, time: Instant)] = []
  private var backAmount = 0.0

  /// The length of the windows that a pass may have under way at once, in bytes.
  private let mostUnderWay: Double
  private static let parts = 4

  struct Fit: Hashable, Sendable {
    /// In seconds.
    var fixed: Double
    var rate: ByteRate
    /// The standard deviation of the parts' times over their mean; `nil`: too little was done to have parts. It is not
    /// that of their mean: what slows a disk down lasts longer than a part, so that four tell little more than one.
    var spread: Double?
  }

  init(_ share: MemoryShare = .whole) { mostUnderWay = Double(share.windows) }

  /// A window is done with.
  mutating func end(_ window: Bytes, at time: Instant) {
    amount += window.value
    marks.append((amount, time))
    (backMarks, backAmount) = ([], 0)
  }

  /// What was written has been read back and compared.
  mutating func readBack(_ window: Bytes, at time: Instant) {
    backAmount += window.value
    backMarks.append((backAmount, time))
  }

  /// - Parameters:
  ///   - time: From the pass's beginning to its end.
  ///   - data: What the image has in the windows; they may be noted with the gaps between.
  /// - Returns: `nil` if there was nothing to do.
  func fit(_ time: Duration, data: Bytes) -> Fit? {
    guard amount > 0, data > .zero else { return nil }
    let whole = Fit(
      fixed: 0, rate: ByteRate(bytesPerSecond: data.value / max(time.seconds, 1e-6)), spread: nil)
    let first = marks.firstIndex { $0.amount >= min(mostUnderWay, amount / 4) } ?? 0
    guard marks.count - first > 4 * Self.parts, let last = marks.last else { return whole }
    let begun = marks[first]
    let (done, seconds) = (last.amount - begun.amount, (last.time - begun.time).seconds)
    // Less than the clock of a busy machine can tell.
    guard done > 0, seconds > 0.005 else { return whole }
    let pace = seconds / done
    let paces = (0..<Self.parts).map { part in
      let from = marks[first + (marks.count - 1 - first) * part / Self.parts]
      let to = marks[first + (marks.count - 1 - first) * (part + 1) / Self.parts]
      return (to.time - from.time).seconds / max(to.amount - from.amount, 1)
    }
    let mean = paces.reduce(0, +) / Double(Self.parts)
    let square = paces.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(Self.parts - 1)
    let spread = square.squareRoot() / mean
    let moving = pace * amount + readingBack
    return Fit(
      fixed: max(0, time.seconds - moving), rate: ByteRate(bytesPerSecond: data.value / moving),
      spread: spread)
  }

  /// What it took to read back what was left of that behind the last window, in seconds.
  private var readingBack: Double {
    guard let first = backMarks.first, let last = backMarks.last else { return 0 }
    let (done, seconds) = (last.amount - first.amount, (last.time - first.time).seconds)
    return done > 0 ? seconds / done * last.amount : 0
  }
}
