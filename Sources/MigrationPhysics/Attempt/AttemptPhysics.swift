package import CutoverCore
internal import DiscreteEvent
package import FleetModel
package import MigrationPolicy
package import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// What a step of the cutover machine asks of the world.
package enum Work: Hashable, Sendable {
  /// Send so much over the path, then be busy for a while.
  case transfer(Bytes, then: Duration)
  case delay(Duration)
  /// Nothing will come of it: only its deadline ends it.
  case never
}

/// The physical side of one attempt: what is where, and how long each action takes.
///
/// It answers the cutover machine in virtual time, for the fleet (where the network says how long a transfer takes) as
/// for a single prediction (where a fixed rate does).
package struct AttemptPhysics: Sendable {
  let guest: Guest
  package let luck: AttemptLuck
  private let mechanics: PhysicsConstants
  /// What is known of this guest's kernel, if it strikes this time.
  private let kernelFault: KernelPolicyRow?
  private var noise: RandomStream

  private var disk: DiskPhysics
  private var memory: MemoryPhysics
  private var bandwidth = ByteRate.unlimited
  /// What was sent when the guest had stopped, and had yet to arrive.
  var inFlightAtStop: Double { memory.inFlightAtStop(of: sentInOutage) }
  /// Of memory, since the guest stopped.
  private var sentInOutage = 0.0
  /// Later writes to the disk go over as they happen.
  private var isMirroring = false
  /// Sent by the mirror between the last pass and the stop, on top of what the machine has counted.
  package private(set) var forwarded = Bytes.zero
  /// Since when a hung guest has served nobody, until the machine is told.
  package private(set) var hungSince: Instant?
  /// When the guest was asked to shut down, if it is one that does.
  private var shutdownBegan: Instant?
  /// When it had booted again after a shutdown of which nothing came.
  private var servesAgain: Instant?
  /// Since when it writes no more: frozen, down or without power.
  private var stoppedAt: Instant?
  /// How the source was brought back after a stop or a hang; `nil` as long as it served all the while.
  package private(set) var restored: StartMethod?
  /// What memory shrinks to on its way is one part in this many.
  private var compression = 1.0
  /// Sent by passes after the first: what a chain of snapshots has to merge.
  private var deltas = 0.0

  package init(
    _ guest: Guest, _ luck: AttemptLuck, _ mechanics: PhysicsConstants, kernelRisk: KernelPolicyRow?,
    path: PathRates = .unknown
  ) {
    self.guest = guest
    self.luck = luck
    self.mechanics = mechanics
    kernelFault = kernelRisk.flatMap { luck.kernelFault < $0.probability ? $0 : nil }
    noise = luck.noise
    disk = DiskPhysics(.passes(guest.diskWrites))
    memory = MemoryPhysics(
      mechanics.stream, total: guest.memory.value, used: guest.memoryUsed.value,
      workingSet: WorkingSet(guest.memoryWrites), path: path)
  }

  /// Of a single prediction, which knows more of its memory and disk than a fleet does.
  init(
    _ guest: Guest, _ luck: AttemptLuck, _ mechanics: PhysicsConstants, memory: MemoryPhysics,
    disk: DiskPhysics
  ) {
    self.init(guest, luck, mechanics, kernelRisk: nil)
    self.memory = memory
    self.disk = disk
  }

  /// The incident that follows a success which was none: how long clients miss the guest then.
  package var incident: Duration? {
    guard let fault = lateFault else { return nil }
    return switch fault.effect {
    case .hang, .refuse: fault.detectionDelay + luck.boot
    case .crash: luck.boot
    case .clock: .zero
    case .netLoss: fault.detectionDelay
    }
  }

  /// Whether that incident ends with a reboot at the destination.
  package var incidentBoots: Bool { lateFault.map { $0.effect.stopsGuest || $0.effect == .refuse } ?? false }

  /// A fault that shows after success was reported. A guest that goes on cannot show one before.
  private var lateFault: KernelPolicyRow? {
    kernelFault.flatMap { $0.detected == .afterwards || !$0.stopsGuest ? $0 : nil }
  }

  // MARK: - What an action takes

  package mutating func work(for action: CutoverAction, plan: CutoverPlan, at now: Instant) -> Work {
    switch action {
    case .prepareDestination: return .delay(luck.prepare)
    case .copy(.disk, let pass, _):
      let sending = disk.beginPass(allocated: pass == 0 ? guest.diskAllocated(at: now) : nil, at: now)
      if pass > 0 { deltas += sending.bytes.value }
      let merging = pass > 0 ? mergeTime(plan, .before, of: sending.bytes.value) : .zero
      return .transfer(
        sending.bytes,
        then: (pass == 0 ? .zero : mechanics.findChanges) + Duration(seconds: sending.then) + merging)
    case .copy(.memory, let pass, _):
      compression = plan.transport?.compression ?? 1
      let sending = memory.beginPass(
        isFirst: pass == 0, bandwidth: bandwidth.bytesPerSecond * compression, limit: plan.downtimeLimit,
        at: now.seconds)
      isMirroring = disk.isCopied && plan.mirrorsDisk
      return .transfer(onTheWire(sending.bytes), then: Duration(seconds: sending.then))
    case .waitUntil(let time): return .delay(max(.zero, time - now))
    case .pauseGuest: return .delay(mechanics.pause)
    case .shutDownGuest: return shutDown(plan, at: now)
    case .powerOffGuest: return .delay(mechanics.housekeeping)
    case .moveRemaining(.disk), .pullRemaining(.disk):
      let then = disk.isCopied ? mechanics.findChanges : .zero
      return .transfer(unsentOfDisk(plan, now), then: then)
    case .moveRemaining(.memory), .pullRemaining(.memory):
      let sending = memory.finish(stoppedAt: (stoppedAt ?? now).seconds)
      sentInOutage = sending.bytes
      let end = action.isPull ? memory.constants.postCopyEnd : 0
      return .transfer(onTheWire(sending.bytes), then: Duration(seconds: sending.then + end))
    case .moveDeviceState:
      let inFlight = Bytes(rounding: memory.inFlightAtStop(of: sentInOutage))
      return .transfer(mechanics.deviceState + inFlight, then: mechanics.deviceTime)
    case .resizeDestination: return .delay(mechanics.resize)
    case .verifyDestination:
      return .delay(mechanics.verify + (plan.hold ?? .zero) + mergeTime(plan, .inside, of: deltas))
    case .startDestination(let method): return .delay(startTime(method))
    case .releaseSource: return .delay(mechanics.housekeeping + mergeTime(plan, .after, of: deltas))
    case .fenceDestination, .discardDestination: return .delay(mechanics.housekeeping)
    case .restoreSource(let method):
      return .delay(restoreTime(method, at: now))
    case .finish: return .never
    }
  }

  private func onTheWire(_ bytes: Double) -> Bytes { Bytes(rounding: bytes / compression) }

  /// What it takes to merge so many bytes of snapshots, if that is done at this time.
  private func mergeTime(
    _ plan: CutoverPlan, _ moment: SnapshotConsolidation.Moment, of bytes: Double
  ) -> Duration {
    guard let consolidation = plan.consolidation, consolidation.moment == moment else { return .zero }
    return consolidation.rate.time(for: Bytes(rounding: bytes))
  }

  /// A guest that takes longer than anybody has patience for looks as one that ignored the request. But it goes down.
  private mutating func shutDown(_ plan: CutoverPlan, at now: Instant) -> Work {
    guard case .shutDown(let patience, _) = plan.stop, !guest.ignoresShutdown else { return .never }
    shutdownBegan = now
    return luck.shutdown <= patience ? .delay(luck.shutdown) : .never
  }

  /// How long a guest that was slow to shut down served nobody beyond what the machine has counted: to the machine it ran
  /// until patience with it ended, and if nobody switched it off then, it has never been down.
  package func unseenShutdown(_ accounts: CutoverAccounts) -> Duration {
    guard let began = shutdownBegan, let end = accounts.outageBegan ?? servesAgain else { return .zero }
    return max(.zero, end - began)
  }

  private mutating func restoreTime(_ method: StartMethod, at now: Instant) -> Duration {
    switch method {
    case .resume:
      restored = .resume
      return mechanics.resume
    case .boot:
      var wayDown = Duration.zero
      if stoppedAt == nil, hungSince == nil {
        // A guest that ignored the request never went down, and is only looked at.
        guard let began = shutdownBegan else { return .zero }
        wayDown = max(.zero, began + luck.shutdown - now)
        servesAgain = now + wayDown + luck.boot
      }
      restored = .boot
      return wayDown + luck.boot
    }
  }

  private func startTime(_ method: StartMethod) -> Duration {
    switch method {
    case .boot: return luck.rebootOverhead + luck.boot
    case .resume:
      return mechanics.resume + (failsToResume ? detectionDelay : .zero)
    }
  }

  /// A fault that strikes while memory is copied shows at the resume if no memory was copied around the running guest.
  private var failsToResume: Bool { kernelFault != nil && lateFault == nil }

  /// What of the disk is yet to be sent when the guest has stopped.
  private mutating func unsentOfDisk(_ plan: CutoverPlan, _ now: Instant) -> Bytes {
    guard disk.isCopied else { return guest.diskAllocated(at: now) }
    isMirroring = plan.mirrorsDisk
    guard isMirroring else {
      disk.catchUp(to: stoppedAt ?? now)
      return disk.left
    }
    return endMirror(at: now)
  }

  /// The mirror's work is over: the guest has stopped, or the attempt has failed. What is still in flight.
  ///
  /// A block that is written twice is forwarded once: `forwarded` is a lower bound where few blocks are written often.
  @discardableResult
  package mutating func endMirror(at now: Instant) -> Bytes {
    guard isMirroring else { return .zero }
    isMirroring = false
    disk.catchUp(to: stoppedAt ?? hungSince ?? now)
    let inFlight = disk.inFlight(within: mechanics.mirrorLag)
    forwarded = disk.left - inFlight
    return inFlight
  }

  // MARK: - What came of it

  /// The answer to an action that has been done; `nil` if the guest has hung and nobody has noticed yet, in which case
  /// `hungSince` says since when.
  package mutating func answer(
    to action: CutoverAction, transferred: Bytes, transferTime: Duration, at now: Instant
  ) -> CutoverEvent? {
    if transferred > .zero, transferTime > .zero {
      bandwidth = ByteRate(bytesPerSecond: transferred.value / transferTime.seconds)
    }
    switch action {
    case .prepareDestination: return .prepared
    case .copy(.disk, _, let throttle):
      disk.endPass(speed: 1 - throttle, noise: noiseFactor(), at: now)
      return .copied(CopyReport(transferred: transferred, remaining: disk.left, bandwidth: bandwidth))
    case .copy(.memory, _, let throttle):
      memory.endPass(throttle: throttle, noise: noiseFactor(), at: now.seconds)
      if mechanics.stream.estimateNoise > 0 {
        let factor = exp(mechanics.stream.estimateNoise * noise.standardNormal())
        bandwidth = ByteRate(bytesPerSecond: bandwidth.bytesPerSecond * factor)
      }
      if let fault = kernelFault, lateFault == nil, fault.detected == .during {
        hungSince = now
        return nil
      }
      return .copied(
        CopyReport(
          transferred: transferred, remaining: onTheWire(memory.left), dirtied: onTheWire(memory.dirtied),
          bandwidth: bandwidth))
    case .waitUntil: return .timeReached
    case .pauseGuest, .shutDownGuest, .powerOffGuest:
      stoppedAt = now
      return .guestStopped
    case .moveRemaining, .moveDeviceState, .pullRemaining: return .moved(transferred)
    case .resizeDestination: return .resized
    case .verifyDestination: return .verified
    case .startDestination(let method):
      return method == .resume && failsToResume ? .guestCrashed : .started
    case .releaseSource: return .released
    case .fenceDestination: return .fenced
    case .restoreSource: return .restored
    case .discardDestination: return .discarded
    case .finish: return nil
    }
  }

  /// How long a hung guest goes unnoticed; a crash is seen at once.
  package var detectionDelay: Duration {
    guard let fault = kernelFault, fault.effect != .crash else { return .zero }
    return fault.detectionDelay
  }

  /// The noise of one window: lognormal with mean 1.
  private mutating func noiseFactor() -> Double {
    let sigma = mechanics.dirtyNoise
    return sigma > 0 ? exp(sigma * noise.standardNormal() - sigma * sigma / 2) : 1
  }
}

extension KernelPolicyRow {
  /// Rows are tried whatever their effect is called, unless it leaves the guest running.
  fileprivate var stopsGuest: Bool { effect != .clock && effect != .netLoss }
}

extension CutoverAction {
  /// Whether the guest runs at the destination meanwhile.
  fileprivate var isPull: Bool {
    if case .pullRemaining = self { return true }
    return false
  }
}

extension CutoverPlan {
  /// Whether writes to the disk are forwarded as they happen once it has been copied.
  fileprivate var mirrorsDisk: Bool { replication.contains { $0.medium == .disk && $0.staysInStep } }

  /// The pause that ends the rounds over memory, in seconds, if a pause does.
  fileprivate var downtimeLimit: Double? {
    for stage in replication where stage.medium == .memory {
      if case .expectedPause(let limit) = stage.convergence.target { return limit.seconds }
    }
    return nil
  }
}
