public import CutoverCore
public import Quantities

/// Live migration by pre-copy (Clark et al., NSDI 2005, section 3): a local disk first, then memory in rounds, then a
/// pause for the rest. Nobody is told, and the guest goes on where it stood.
public struct Live: MigrationStrategy {
  public let name = "live"
  /// Platforms set time limits by the guest's memory and disk.
  public var looksAtGuest: Bool { steering != nil }
  /// The pause that ends the rounds when it would suffice. 300 ms: QEMU's `downtime-limit`.
  public var downtimeLimit: Duration
  /// Rounds over memory, after which it gives up.
  public var maxRounds: Int
  /// How long the whole of it may take before the pause; large disks run into it.
  public var timeout: Duration
  /// Whether the guest is slowed when its memory does not converge: by 20 %, then 10 % more, up to 99 %, at every
  /// second look, one a second at most, that finds over half of what was sent dirtied (QEMU's `auto-converge`).
  public var autoConverge: Bool
  /// What may be left of a local disk when the rounds over memory begin.
  public var diskRest: Bytes
  /// Rounds after which the guest goes on at the destination and its memory follows (post-copy); 0: never.
  public var postCopyAfterRounds: Int
  /// A platform's way with the rounds; all settings but `timeout` and `diskRest` count for nothing then.
  public var steering: (any LiveSteering)?
  /// `nil`: one stream, not compressed.
  public var transport: CutoverTransport?

  public init(
    downtimeLimit: Duration = .milliseconds(300), maxRounds: Int = 30, timeout: Duration = .hours(24),
    autoConverge: Bool = false, diskRest: Bytes = .mebibytes(64), postCopyAfterRounds: Int = 0,
    steering: (any LiveSteering)? = nil, transport: CutoverTransport? = nil
  ) {
    self.downtimeLimit = downtimeLimit
    self.maxRounds = maxRounds
    self.timeout = timeout
    self.autoConverge = autoConverge
    self.diskRest = diskRest
    self.postCopyAfterRounds = postCopyAfterRounds
    self.steering = steering
    self.transport = transport
  }

  public func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
    guard request.resizeTo == nil else { throw Refusal(.notPossible) }
    let course = steering?.course(for: request) ?? ownCourse
    var stages = [ReplicationStage(.memory, course.rounds)]
    if request.disk == .local {
      let mirror = ConvergenceRules(until: .remaining(atMost: diskRest), rules: [giveUp])
      stages.insert(ReplicationStage(.disk, mirror, staysInStep: true), at: 0)
    }
    var deadlines = CutoverDeadlines()
    deadlines.attempt = min(timeout, course.attempt ?? timeout)
    deadlines.outage = course.outage ?? deadlines.outage
    var plan = CutoverPlan(
      strategy: name, media: stages.map(\.medium), replication: stages, notBefore: request.notBefore,
      stop: .pause, start: .resume, postCopy: course.postCopy, deadlines: deadlines)
    plan.transport = transport
    return plan
  }

  private var giveUp: ConvergenceRule { ConvergenceRule(when: .passes(atLeast: maxRounds), do: .abort) }

  private var ownCourse: SteeredCourse {
    var rules = autoConverge ? [QEMUSteering.slowDown, giveUp] : [giveUp]
    if postCopyAfterRounds > 0 {
      rules.insert(ConvergenceRule(when: .passes(atLeast: postCopyAfterRounds), do: .postCopy), at: 0)
    }
    return SteeredCourse(
      rounds: ConvergenceRules(until: .expectedPause(atMost: downtimeLimit), rules: rules),
      postCopy: postCopyAfterRounds > 0 ? .whenAsked : .never)
  }
}
