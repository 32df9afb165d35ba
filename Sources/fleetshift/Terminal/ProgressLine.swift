internal import Dispatch
internal import Foundation

/// One line on standard error that is written over and over: how far, how fast, how long yet.
struct ProgressLine {
  private let began = Date()

  /// The line for a share of work done, with a word on its state.
  func show(_ share: Double, _ detail: String) {
    let cells = 24
    let full = Int((share * Double(cells)).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    let percent = Int((share * 100).rounded(.down))
    Streams.put("\r\u{1b}[K\(bar) \(percent) %  \(detail)\(remaining(share))")
  }

  func clear() { Streams.put("\r\u{1b}[K") }

  private func remaining(_ share: Double) -> String {
    let elapsed = Date().timeIntervalSince(began)
    guard share > 0.02, elapsed > 0.5 else { return "" }
    let left = elapsed / share * (1 - share)
    return left < 90 ? "  \(Int(left.rounded(.up))) s left" : "  \(Int((left / 60).rounded(.up))) min left"
  }
}

/// Shows progress again and again while something runs.
final class ProgressTicker {
  // A class because it owns the timer. Its queue has a thread of its own: the pool that the study runs on is full.
  private let timer: any DispatchSourceTimer
  private let queue = DispatchQueue(label: "fleetshift.progress")
  private let line = ProgressLine()

  /// - Parameter state: how far it is, and a word on that.
  init(_ state: @escaping @Sendable () -> (share: Double, detail: String)) {
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now(), repeating: .milliseconds(150))
    timer.setEventHandler { [line] in
      let (share, detail) = state()
      line.show(share, detail)
    }
    timer.resume()
  }

  /// Takes the line away, for good.
  func stop() {
    timer.cancel()
    queue.sync { line.clear() }
  }
}
