// Machines that come from a file.

internal import Quantities

extension CutoverMachine {
  /// Whether it can be gone on with: its plan does not contradict itself, and it is at a place that the plan has.
  ///
  /// `Decodable` takes any numbers; a driver that decodes a machine from what somebody may have written asks.
  public var isSound: Bool {
    let times = [waitEnded, passBegan, Instant.zero + timeAway]
    guard (try? plan.validate()) != nil, accounts.isSound, times.allSatisfy({ $0.isSound }) else {
      return false
    }
    switch phase {
    case .replicating(let stage, let state), .resting(let stage, let state):
      return plan.replication.indices.contains(stage) && state.isSound
    // All media, the device state, the resize, the proof.
    case .inOutage(let index): return (0...plan.media.count + 2).contains(index)
    case .planned, .preparing, .waiting, .stopping, .poweringOff, .starting, .pulling, .releasing, .fencing,
      .restoring, .discarding, .finished:
      return true
    }
  }
}

extension CutoverAccounts {
  /// Whether its times can be, its amounts can be added up, with more to come, and its counts counted on.
  fileprivate var isSound: Bool {
    let amounts = [diskBytes, memoryBytes, repeatedBytes, downtimeBytes, postcopyBytes]
    return [began, ended, outageBegan, outageEnded].allSatisfy { $0.isSound }
      && amounts.allSatisfy { (Bytes.zero...Self.mostBytes).contains($0) }
      && [passes, returns].allSatisfy { (0...Self.mostCounted).contains($0) } && (0...1).contains(throttle)
  }

  /// An exbibyte: of five such amounts the sum is within 64 bits.
  static let mostBytes = Bytes(1 << 60)
  static let mostCounted = Int(Int32.max)
}

extension Instant {
  /// No driver's clock shows a time before its zero.
  var isSound: Bool { self >= .zero }
}

extension Instant? {
  /// A time that has not come is none that cannot be.
  fileprivate var isSound: Bool { self?.isSound ?? true }
}
