internal import CutoverCore
public import Quantities
internal import Synchronization

/// How far a cutover has come: handed out when a step begins, and a few times a second while it lasts.
public struct ImageCutoverProgress: Hashable, Sendable {
  /// What is being done, in the words of the screen.
  public enum Phase: String, Hashable, Codable, Sendable, CaseIterable {
    case preparing, copying, waiting, stopping, moving, resizing, verifying, starting, releasing
    case fencing, restoring, discarding
    /// Before anything is made: whether a parent that is at the destination already is the right one.
    case comparing
  }

  public var phase: Phase
  /// Which pass over the images, from 0; the pass of the outage counts on.
  public var pass: Int
  /// Looked at in this step.
  public var done: Bytes
  /// What there is to look at, as far as is known: the allocated part of the source. Zero where nothing is counted.
  public var total: Bytes
  /// How much of this step is done, from 0 to 1, as time goes: of disks that go side by side that which has most before it
  /// is waited for.
  public var share: Double
  /// Of this step so far.
  public var rate: ByteRate
}

extension ImageCutoverProgress.Phase {
  init(_ action: CutoverAction) {
    switch action {
    case .prepareDestination: self = .preparing
    case .copy: self = .copying
    case .waitUntil: self = .waiting
    case .pauseGuest, .shutDownGuest, .powerOffGuest: self = .stopping
    case .moveRemaining, .moveDeviceState, .pullRemaining: self = .moving
    case .resizeDestination: self = .resizing
    case .verifyDestination: self = .verifying
    case .startDestination: self = .starting
    case .releaseSource, .finish: self = .releasing
    case .fenceDestination: self = .fencing
    case .restoreSource: self = .restoring
    case .discardDestination: self = .discarding
    }
  }

  var isCounted: Bool { self == .copying || self == .moving || self == .verifying }
}

/// A wish to stop, from any thread or a signal handler.
///
/// To *cancel* is to undo: until the destination is told to start, everything goes back; from then on the cutover
/// completes. To *suspend* is to stop as things are, at a point from which the cutover can be resumed: a guest that is
/// down stays down until then.
public final class CancellationFlag: Sendable {
  private let cancelled = Atomic(false)
  private let suspended = Atomic(false)

  public init() {}

  public func cancel() { cancelled.store(true, ordering: .relaxed) }
  public func suspend() { suspended.store(true, ordering: .relaxed) }

  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
  public var isSuspended: Bool { suspended.load(ordering: .relaxed) }
}
