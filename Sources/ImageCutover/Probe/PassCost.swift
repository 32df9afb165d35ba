internal import Quantities

/// What a pass over a sample cost: so much to get under way and to end, and so much for each byte between.
///
/// While a pass is under way it takes a window when it is done with another, so that the times at which it took them
/// tell its pace, once its memory or its queue has filled up.
struct PassCost {
  /// Bytes taken before, and when.
  private var marks: [(amount: Double, time: Instant)] = []
  private var amount = 0.0

  /// The length of the windows that a pass may have under way at once.
  private static let mostUnderWay = Double(PassRunner.memory)
  private static let parts = 4

  struct Fit: Hashable, Sendable {
    /// In seconds.
    var fixed: Double
    var rate: ByteRate
    /// The standard deviation of the mean of the parts' times, over that mean.
    var spread: Double
  }

  /// A window is taken.
  mutating func take(_ window: Bytes, at time: Instant) {
    marks.append((amount, time))
    amount += window.value
  }

  /// - Parameter time: From the pass's beginning to its end.
  /// - Returns: `nil` if there was nothing to do.
  func fit(_ time: Duration) -> Fit? {
    guard amount > 0 else { return nil }
    let whole = Fit(fixed: 0, rate: ByteRate(bytesPerSecond: amount / max(time.seconds, 1e-6)), spread: 0)
    let filled = marks.firstIndex { $0.amount >= min(Self.mostUnderWay, amount / 2) } ?? 0
    let first = max(filled, min(TransferPipeline.ringDepth, marks.count / 2))
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
    return Fit(
      fixed: max(0, time.seconds - pace * amount), rate: ByteRate(bytesPerSecond: 1 / pace),
      spread: (square / Double(Self.parts)).squareRoot() / mean)
  }
}
