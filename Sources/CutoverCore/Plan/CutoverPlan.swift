public import Quantities

/// One migration, decided: what is replicated before the outage, what moves inside it, what ends it.
///
/// A plan says *what*; the order that keeps the guest safe is the machine's alone, so no plan can leave out the final
/// copy, the verification or the way back.
public struct CutoverPlan: Hashable, Codable, Sendable {
  /// The strategy that made it; only a label, nothing decides by it.
  public var strategy: String
  /// What the destination has to have before the guest may start there, in the order of moving.
  public var media: [Medium]
  /// What is copied while the guest runs, stage by stage. A medium that is not named moves inside the outage.
  public var replication: [ReplicationStage]
  /// The guest is not stopped before this time.
  public var notBefore: Instant?
  /// Whether a wait for `notBefore` is followed by more passes, so that what was written meanwhile does not lengthen
  /// the outage.
  public var catchesUpAfterWait: Bool
  public var stop: StopMethod
  /// The virtual size to give the destination's disk while the guest is down.
  public var resizeTo: Bytes?
  public var start: StartMethod
  /// Whether the guest may start before its memory has arrived (post-copy): the one exception to the second law.
  public var postCopy: PostCopy
  public var deadlines: CutoverDeadlines
  /// The guest is stopped only at such times.
  public var windows: CutoverWindows?
  /// Once the copy is ready, the stop waits for this.
  public var gate: CutoverGate?
  /// `nil`: another host.
  public var place: CutoverPlace?
  /// Work on the host for which a guest that stays there is down.
  public var hold: Duration?
  public var transport: CutoverTransport?
  public var consolidation: SnapshotConsolidation?
  /// The guest is not moved but made anew.
  public var rebuild: RebuildDisk?

  public init(
    strategy: String, media: [Medium], replication: [ReplicationStage] = [], notBefore: Instant? = nil,
    catchesUpAfterWait: Bool = true, stop: StopMethod, resizeTo: Bytes? = nil, start: StartMethod,
    postCopy: PostCopy = .never, deadlines: CutoverDeadlines = CutoverDeadlines()
  ) {
    self.strategy = strategy
    self.media = media
    self.replication = replication
    self.notBefore = notBefore
    self.catchesUpAfterWait = catchesUpAfterWait
    self.stop = stop
    self.resizeTo = resizeTo
    self.start = start
    self.postCopy = postCopy
    self.deadlines = deadlines
  }

  /// The guest goes on where it stood: its CPU state must be fit for the other host, and nobody is told.
  public var carriesRunningState: Bool { start == .resume }

  public var staysOnHost: Bool { place == .sameHost }
}

/// How the guest is brought to a stop.
public enum StopMethod: Hashable, Codable, Sendable {
  /// The hypervisor freezes it.
  case pause
  /// It is asked to shut down (ACPI) and given `patience`.
  case shutDown(patience: Duration, ifIgnored: IgnoredShutdown)
}

/// What to do with a guest that does not shut down when asked.
public enum IgnoredShutdown: String, Hashable, Codable, Sendable, CaseIterable {
  /// Give up and let it run on: Linode's warm migration ends so (Linode docs, "Compute migrations").
  case fail
  /// Pull the plug.
  case powerOff = "power-off"
}

/// How the guest comes back.
public enum StartMethod: String, Hashable, Codable, Sendable {
  case resume, boot
}

/// When the guest may run at the destination while memory is still at the source.
public enum PostCopy: String, Hashable, Codable, Sendable {
  case never
  /// When a convergence rule asks for it.
  case whenAsked = "when-asked"
  /// From the first switch on.
  case always
}

/// One medium, copied while the guest runs, until what is left is small enough.
public struct ReplicationStage: Hashable, Codable, Sendable {
  public var medium: Medium
  public var convergence: ConvergenceRules
  /// Whether later writes are forwarded as they happen once the stage has ended (a mirror), so that only what is in
  /// flight is left at the stop. A driver that cannot do so moves them inside the outage.
  public var staysInStep: Bool
  /// `nil`: one pass follows the other at once.
  public var snapshots: SnapshotSchedule?

  public init(
    _ medium: Medium, _ convergence: ConvergenceRules, staysInStep: Bool = false,
    snapshots: SnapshotSchedule? = nil
  ) {
    self.medium = medium
    self.convergence = convergence
    self.staysInStep = staysInStep
    self.snapshots = snapshots
  }
}

/// How long each step may take. When one has passed, the machine acts: nothing waits for ever.
public struct CutoverDeadlines: Hashable, Codable, Sendable {
  /// From the start (or the end of a wait for the agreed time) until the guest is asked to stop, and for post-copy's
  /// last part. Then: roll back, `timedOut`.
  public var attempt: Duration
  /// From the stop of the guest until the destination is told to start. Then: roll back, `timedOut`.
  public var outage: Duration
  /// For the destination to start. Then: fence it and roll back.
  public var start: Duration
  /// For each other step: prepare, pause, power off, release, fence, restore, discard.
  public var step: Duration

  public init(
    attempt: Duration = .hours(24), outage: Duration = .hours(24), start: Duration = .minutes(30),
    step: Duration = .minutes(10)
  ) {
    self.attempt = attempt
    self.outage = outage
    self.start = start
    self.step = step
  }
}
