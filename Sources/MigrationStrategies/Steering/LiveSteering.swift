public import CutoverCore
public import Quantities

/// How a platform steers the rounds of a live migration: its convergence rules, for a guest of a given size.
///
/// The rules are data (`ConvergenceRules`), so that each platform's way is a table, compared with the others' on the
/// same fleet, and evaluated by the same code in the simulator and on real images.
public protocol LiveSteering: Sendable {
  func course(for request: MigrationRequest) -> SteeredCourse
}

/// What the steering comes to for one guest.
public struct SteeredCourse: Hashable, Sendable {
  /// Of the rounds over memory.
  public var rounds: ConvergenceRules
  public var postCopy: PostCopy
  /// How long the attempt may take before the guest is stopped; `nil`: the strategy's own limit.
  public var attempt: Duration?
  /// How long the guest may stand still; `nil`: the plan's own limit.
  public var outage: Duration?

  public init(
    rounds: ConvergenceRules, postCopy: PostCopy = .never, attempt: Duration? = nil, outage: Duration? = nil
  ) {
    self.rounds = rounds
    self.postCopy = postCopy
    self.attempt = attempt
    self.outage = outage
  }
}

extension MigrationRequest {
  /// The disk's part of what has to move.
  var movedDisk: Bytes { disk == .local ? guest.diskVirtual : .zero }
}
