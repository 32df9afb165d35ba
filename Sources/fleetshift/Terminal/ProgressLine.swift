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
    Self.put("\r\u{1b}[K\(bar) \(percent) %  \(detail)\(remaining(share))")
  }

  func clear() { Self.put("\r\u{1b}[K") }

  private func remaining(_ share: Double) -> String {
    let elapsed = Date().timeIntervalSince(began)
    guard share > 0.02, elapsed > 0.5 else { return "" }
    let left = elapsed / share * (1 - share)
    return left < 90 ? "  \(Int(left.rounded(.up))) s left" : "  \(Int((left / 60).rounded(.up))) min left"
  }

  private static func put(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
