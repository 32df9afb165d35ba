import ImageFiles
import Quantities
import SystemPackage

@testable import ImageCutover

/// A real queue with faults among its completions, as a kernel gives them.
final class FaultyQueue: TransferQueue {
  enum Effect {
    /// Nothing is transferred, and this is the answer.
    case error(Errno)
    /// Only so many bytes are said to have been transferred, though all are: what lies behind them is done again.
    case short(Int)
  }

  private let real: any TransferQueue
  private let effect: (_ number: Int, Transfer) -> Effect?
  private var begun = 0
  private var answered: [(tag: Int, result: TransferResult)] = []
  /// The most that is said of transfers under way, by tag.
  private var most: [Int: Int] = [:]

  /// - Parameter effect: What becomes of a transfer, the first being 0; `nil`: what the real queue makes of it.
  init(_ real: any TransferQueue, effect: @escaping (_ number: Int, Transfer) -> Effect?) {
    (self.real, self.effect) = (real, effect)
  }

  var depth: Int { real.depth }

  func begin(_ transfer: Transfer) {
    defer { begun += 1 }
    switch effect(begun, transfer) {
    case .error(let errno): return answered.append((transfer.tag, .failed(errno)))
    // A shorter call would be another one: past the cache whole pages alone are taken.
    case .short(let count): most[transfer.tag] = count
    case nil: break
    }
    real.begin(transfer)
  }

  func complete(within timeout: Duration, _ body: (Int, TransferResult) -> Void) throws(Errno) {
    let answers = answered
    answered = []
    for (tag, result) in answers { body(tag, result) }
    try real.complete(within: answers.isEmpty ? timeout : .zero) { tag, result in
      let most = most.removeValue(forKey: tag)
      if let most, case .transferred(let count) = result { return body(tag, .transferred(min(count, most))) }
      body(tag, result)
    }
  }
}
