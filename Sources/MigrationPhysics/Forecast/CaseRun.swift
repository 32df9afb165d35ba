internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import MigrationStrategies
internal import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// One course of one migration: the case and the rig put into the machine and the physics that the fleet runs.
struct CaseRun {
  private let migration: MigrationCase
  private let profile: RigProfile
  private let chance: Chance
  private let rates: CaseRates
  /// The factor that chance puts on all that waits in buffers.
  private let buffers: Double

  init(_ migration: MigrationCase, _ profile: RigProfile, chance: Chance) {
    self.migration = migration
    self.profile = profile
    self.chance = chance
    buffers = chance.factor(profile[.bufferNoise], .buffers)
    rates = CaseRates(migration, profile)
  }

  /// A round takes a look's time at least, so this many without success are minutes of futility: it will not converge.
  private static let mostRounds = 2_000

  func run(recordsRounds: Bool) -> (point: PointForecast, rounds: [RoundForecast]) {
    let boot = Duration(seconds: migration.boot.seconds * chance.unexplained(profile[.bootNoise], .boot))
    let delay = Duration(seconds: profile[.setup]) + migration.transport.roundTrip
    let luck = AttemptLuck(
      prepare: delay, shutdown: migration.shutdown, boot: boot,
      rebootOverhead: Duration(seconds: profile[.stopOverhead]), noise: chance.stream)
    let physics = AttemptPhysics(guest, luck, constants, memory: memory(), disk: disk())
    var solo: SoloMigration
    do {
      solo = try SoloMigration(try plan(), physics, rates: rates.solo, recordsRounds: recordsRounds)
    } catch {
      preconditionFailure("the plan of a prediction contradicts itself: \(error)")
    }
    solo.run(from: .zero)
    return (outcome(of: solo), solo.rounds ?? [])
  }

  // MARK: - What goes in

  private var constants: PhysicsConstants {
    var mechanics = Mechanics()
    (mechanics.pause, mechanics.housekeeping, mechanics.resize) = (.zero, .zero, .zero)
    mechanics.resume = Duration(seconds: profile[.resume]) + migration.transport.roundTrip
    mechanics.deviceState = Bytes(rounding: profile[.deviceState])
    // What a mirror in step has yet to deliver is what the connection holds.
    mechanics.mirrorLag = Duration(
      seconds: rates.path.isShaped ? profile[.inFlight] * buffers / rates.disk : 0)
    mechanics.dirtyNoise = chance.isSilent ? 0 : profile[.dirtyNoise]
    var constants = PhysicsConstants(mechanics)
    constants.deviceTime = Duration(seconds: profile[.deviceTime])
    constants.stream = stream
    return constants
  }

  private var stream: StreamConstants {
    var stream = StreamConstants(profile)
    let transport = migration.transport
    if transport.channels > 0 {
      stream.overhead = 1 + profile[.channelOverhead] / StreamConstants.pageSize
      stream.inFlight *= Double(transport.channels)
      // Channels are received in parallel, not by the one thread that loads a single stream.
      stream.hostRate = max(stream.hostRate, stream.burstRate)
    }
    stream.overhead *= transport.compressionRatio ?? 1
    stream.bufferLump *= buffers
    stream.inFlight *= buffers
    stream.catchesUp = migration.memory.writes.catchesUp
    if let cache = transport.xbzrleCache {
      let delta = migration.memory.writes.bytesPerWrite.value + profile[.deltaBytes]
      if delta < StreamConstants.pageSize {
        stream.deltaShare = (delta + profile[.pageHeader]) / StreamConstants.pageSize
        let set = migration.memory.writes.workingSet.value
        stream.cacheHit = set > 0 ? min(1, cache.value / set) * profile[.deltaHit] : 0
        stream.deltaTime = profile[.deltaTime] / StreamConstants.pageSize
      }
    }
    stream.estimateNoise = chance.isSilent ? 0 : profile[.estimateNoise]
    return stream
  }

  private func memory() -> MemoryPhysics {
    let total = migration.memory.configured.value
    let system =
      profile[.guestBase] * chance.factor(profile[.baseNoise], .base) + profile[.guestShare] * total
    let used = migration.memory.used?.value ?? migration.memory.workload.value + system
    let phase = profile[.sweepPhase] + chance.deviate(profile[.phaseNoise], .phase)
    let set = WorkingSet(
      migration.memory.writes, pageSize: StreamConstants.pageSize,
      rateFactor: chance.factor(profile[.rateNoise], .rate), phase: phase - phase.rounded(.down))
    return MemoryPhysics(stream, total: total, used: min(total, used), workingSet: set, path: rates.path)
  }

  private func disk() -> DiskPhysics {
    let load = migration.disk
    let writes = ChunkWrites(load.writes, granularity: load.granularity)
    let rate = rates.disk
    let hasJobLimit = load.jobLimit < .unlimited
    switch migration.kind {
    case .reboot:
      return DiskPhysics(
        .backup(writes), rate: rate,
        leastFirstPass: hasJobLimit ? load.virtual.value / load.jobLimit.bytesPerSecond : 0,
        wait: rates.path.isShaped ? profile[.inFlight] * buffers / rate : 0, passSetup: profile[.passSetup])
    case .liveRAM, .liveDisk, .warm, .cold:
      return DiskPhysics(
        load.isWriteBlocking ? .blocking(writes) : .mirror(writes), rate: rate,
        passSetup: 0)
    }
  }

  private var guest: Guest {
    let load = migration.disk
    let toCopy = load.allocated + (load.writes.workingSetIsAllocated ? .zero : load.writes.workingSet)
    return Guest(
      group: 0, flavor: 0, host: 0, bootCPU: 0, kernel: nil, born: .zero, memory: migration.memory.configured,
      diskVirtual: max(load.virtual, toCopy), diskFill: .thin(initial: toCopy, fillTime: .max),
      diskWrites: DirtyModel(rate: .zero, workingSet: .zero), memoryUsed: .zero,
      memoryWrites: DirtyModel(rate: .zero, workingSet: .zero), ignoresShutdown: false, forbidsLive: false)
  }

  private func plan() throws -> CutoverPlan {
    let transport = migration.transport
    let request = MigrationRequest(
      guest: GuestFacts(
        memory: migration.memory.configured, diskVirtual: migration.disk.virtual,
        diskAllocated: migration.disk.allocated),
      disk: migration.kind.movesDisk ? .local : .shared)
    switch migration.kind {
    case .liveRAM, .liveDisk:
      return try Live(
        downtimeLimit: transport.downtimeLimit, maxRounds: CaseRun.mostRounds, timeout: transport.timeout,
        autoConverge: transport.autoConverge, diskRest: .zero,
        postCopyAfterRounds: transport.postCopyAfterRounds
      ).plan(for: request)
    case .warm:
      return try Warm(
        rest: .zero, maxPasses: CaseRun.mostRounds, shutdownPatience: .hours(24), timeout: transport.timeout
      ).plan(for: request)
    case .reboot:
      return try Reboot(
        shutdownPatience: .hours(24), timeout: transport.timeout, passes: max(1, migration.disk.passes)
      ).plan(for: request)
    case .cold: return try Cold(shutdownPatience: .hours(24)).plan(for: request)
    }
  }

  // MARK: - What comes out

  private func outcome(of solo: SoloMigration) -> PointForecast {
    let accounts = solo.machine.accounts
    let completed = solo.machine.outcome == .completed
    var point = PointForecast(
      outcome: solo.machine.outcome?.code ?? "", completed: completed,
      totalTime: (accounts.ended ?? .zero).seconds,
      bytes: accounts.transferred.value + solo.interrupted.value + solo.physics.forwarded.value)
    if solo.machine.outcome == .notConverging {
      // It would go on like that until somebody's patience ends.
      let patience = migration.transport.timeout.seconds
      point.outcome = CutoverOutcome.timedOut.code
      point.bytes += max(0, patience - point.totalTime) * rates.rateOfKind
      point.totalTime = patience
    }
    if !completed, migration.kind.movesMemory { point.bytes += rates.path.isLimited ? 0 : stream.inFlight }
    let extra = solo.machine.outcome == .completed ? chance.unexplained(profile[.timeNoise], .time) : 1
    point.bytes *= chance.unexplained(profile[.byteNoise], .bytes)
    let bulk = chance.unexplained(profile[.bulkNoise], .bulk)
    if migration.kind.movesMemory {
      finishMemory(&point, solo, extra)
    } else {
      finishDisk(&point, solo, bulk)
    }
    if migration.kind == .liveDisk { point.bulkTime = solo.diskCopied.map { bulkTime($0) * bulk } }
    return point
  }

  private func finishMemory(_ point: inout PointForecast, _ solo: SoloMigration, _ extra: Double) {
    let accounts = solo.machine.accounts
    if point.completed, accounts.postcopyBytes == .zero, let told = solo.startTold {
      // The source is done when it has sent the last byte, not when that has arrived.
      let draining = solo.physics.inFlightAtStop / rates.solo.outage.bytesPerSecond
      point.totalTime = told.seconds - draining
    }
    point.totalTime *= extra
    if migration.kind == .liveDisk { point.totalTime += migration.disk.dwell.seconds }
    guard point.completed, let downtime = accounts.downtime else { return }
    let pause =
      downtime.seconds * chance.unexplained(profile[.pauseNoise], .pause)
      + chance.unexplained(mean: profile[.pauseJitter], .jitter)
    point.blackout = pause
    point.networkGap = pause + migration.transport.roundTrip.seconds
    if let pulled = postCopy(solo) {
      point.postCopy = pulled
      // It serves nobody before it has the pages that it needs for that.
      point.networkGap = point.networkGap.map { $0 + profile[.resumeFaults] * pulled.faultLatency }
    }
    if migration.kind == .liveDisk { point.cutoverDowntime = pause }
  }

  private func postCopy(_ solo: SoloMigration) -> PostCopyForecast? {
    let pulled = solo.machine.accounts.postcopyBytes.value
    guard pulled > 0, let told = solo.startTold, let ended = solo.machine.accounts.ended else { return nil }
    let waiting = rates.path.isShaped ? stream.inFlight / rates.path.outage : 0
    let writes = migration.memory.writes
    let set = max(1, writes.workingSet.value)
    return PostCopyForecast(
      faultLatency: migration.transport.roundTrip.seconds + profile[.faultOverhead] + waiting,
      brownout: max(0, ended.seconds - told.seconds - profile[.resume] - profile[.postCopyEnd]),
      touches: writes.pagesPerSecond, missing: min(1, pulled / set), isSweep: writes.pattern == .sweep)
  }

  private func bulkTime(_ copied: Instant) -> Double {
    let writes = ChunkWrites(migration.disk.writes, granularity: migration.disk.granularity)
    let settling =
      migration.kind == .reboot || migration.disk.isWriteBlocking
      ? 0 : profile[.mirrorSettling] * min(1, writes.writesPerSecond / 250)
    return copied.seconds - profile[.setup] - migration.transport.roundTrip.seconds + settling
      + (migration.kind == .reboot ? 0 : profile[.mirrorSetup])
  }

  private func finishDisk(_ point: inout PointForecast, _ solo: SoloMigration, _ bulk: Double) {
    let accounts = solo.machine.accounts
    let outage = (accounts.downtime ?? .zero).seconds
    if migration.kind == .cold {
      let copy = solo.sending.seconds * bulk + profile[.coldSetup]
      point.bulkTime = copy
      point.cutoverDowntime = outage + copy - solo.sending.seconds
      point.serviceGap = point.cutoverDowntime
      point.totalTime = point.cutoverDowntime ?? point.totalTime
      return
    }
    guard point.completed, let copied = solo.diskCopied else {
      point.bulkTime = solo.diskCopied == nil ? nil : point.totalTime
      return
    }
    let time = bulkTime(copied) * bulk
    point.bulkTime = time
    point.cutoverDowntime = outage
    point.serviceGap = outage
    point.totalTime = time + (migration.kind == .warm ? migration.disk.dwell.seconds : 0) + outage
  }
}

extension StreamConstants {
  init(_ profile: RigProfile) {
    self.init()
    overhead = 1 + profile[.pageHeader] / StreamConstants.pageSize
    zeroPageBytes = profile[.zeroPageBytes]
    zeroScan = profile[.zeroScan] / 0x1p30
    zeroRun = profile[.zeroRun]
    iteration = profile[.iteration]
    limiterWindow = profile[.limiterWindow]
    bufferLump = profile[.bufferLump]
    inFlight = profile[.inFlight]
    lastPages = profile[.lastPages]
    burst = profile[.burst]
    burstRate = profile[.burstRate]
    hostRate = profile[.hostRate]
    idleBytes = profile[.idlePages] * StreamConstants.pageSize
    idleRate = profile[.idleRate] * StreamConstants.pageSize
    throttleExponent = profile[.throttleExponent]
    postCopyEnd = profile[.postCopyEnd]
  }
}
