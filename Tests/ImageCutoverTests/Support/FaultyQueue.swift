import ImageFiles
import Quantities
import SystemPackage

@testable import ImageCutover

/// A real queue with faults among its completions, as a kernel gives them.
final class FaultyQueue: TransferQueue {
  enum Effect {
    /// Nothing is transferred, and this is the answer.
    case error(Errno)
    /// Only so many bytes are transferred: what lies behind them is spoilt, in memory or in the file.
    case short(Int)
  }

  private let real: any TransferQueue
  private let effect: (_ number: Int, Transfer) -> Effect?
  private var begun = 0
  private var answered: [(tag: Int, result: TransferResult)] = []
  private let spoil: (_ file: Range<Int64>) -> Void
  /// Transfers under way that fall short, by tag, and at what.
  private var short: [Int: (transfer: Transfer, at: Int)] = [:]

  /// - Parameters:
  ///   - spoil: Puts something else into that part of the file that is written to.
  ///   - effect: What becomes of a transfer, the first being 0; `nil`: what the real queue makes of it.
  init(
    _ real: any TransferQueue, spoil: @escaping (_ file: Range<Int64>) -> Void,
    effect: @escaping (_ number: Int, Transfer) -> Effect?
  ) {
    (self.real, self.spoil, self.effect) = (real, spoil, effect)
  }

  var depth: Int { real.depth }
  var wake: @Sendable () -> Void { real.wake }

  func begin(_ transfer: Transfer) {
    defer { begun += 1 }
    switch effect(begun, transfer) {
    case .error(let errno): return answered.append((transfer.tag, .failed(errno)))
    // A shorter call would be another one: past the cache whole pages alone are taken.
    case .short(let count): short[transfer.tag] = (transfer, count)
    case nil: break
    }
    real.begin(transfer)
  }

  func complete(within timeout: Duration, _ body: (Int, TransferResult) -> Void) throws(Errno) {
    let answers = answered
    answered = []
    for (tag, result) in answers { body(tag, result) }
    try real.complete(within: answers.isEmpty ? timeout : .zero) { tag, result in
      if let (transfer, count) = short.removeValue(forKey: tag), case .transferred(let all) = result,
        count < all
      {
        spoil(transfer, from: count, to: all)
        return body(tag, .transferred(count))
      }
      body(tag, result)
    }
  }

  private func spoil(_ transfer: Transfer, from count: Int, to all: Int) {
    switch transfer.operation {
    case .read:
      UnsafeMutableRawBufferPointer(rebasing: transfer.memory[count..<all]).initializeMemory(
        as: UInt8.self, repeating: 0xEE)
    case .write: spoil(transfer.offset + Int64(count)..<transfer.offset + Int64(all))
    case .flush: break
    }
  }
}
