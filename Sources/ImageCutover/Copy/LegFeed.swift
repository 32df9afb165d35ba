internal import Quantities

/// Cuts a feed into legs: after enough windows it pretends to be at its end, until told that the next leg begins.
final class LegFeed: WindowFeed {
  private struct State {
    var handedOut = Bytes.zero
    var end: Int64 = 0
    var began = monotonicNow()
    var isAtEnd = false
  }

  private let feed: any WindowFeed
  private let state = Monitor(State())

  init(_ feed: any WindowFeed) { self.feed = feed }

  func next() throws(FileFault) -> CopyWindow? {
    try state.withLock { (state) throws(FileFault) in
      if state.handedOut >= CopyCheckpoint.amount,
        monotonicNow() - state.began >= CopyCheckpoint.interval
      {
        return nil
      }
      guard let window = try feed.next() else {
        state.isAtEnd = true
        return nil
      }
      state.handedOut += Bytes(window.range.upperBound - window.range.lowerBound)
      state.end = max(state.end, window.range.upperBound)
      return window
    }
  }

  /// The leg is done: the end of its last window, or `nil` if it was the last leg.
  func endLeg() -> Int64? {
    state.withLock { state in
      if state.isAtEnd { return nil }
      state.handedOut = .zero
      state.began = monotonicNow()
      return state.end
    }
  }
}
