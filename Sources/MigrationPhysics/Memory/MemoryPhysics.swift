internal import FleetModel
internal import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// A guest's memory on its way: what each round sends, how long that takes beyond the wire, and what it leaves.
///
/// The round rule is QEMU's (migration/ram.c and migration.c, 10.0): pages are sent until what is left would fit the
/// downtime limit at the bandwidth last seen, looked at every 50 ms or whenever the limiter's window of 100 ms is over;
/// only then is it asked anew what the guest has written. What was left over is carried into the next round, so rounds
/// shrink towards the threshold, and never below one look.
struct MemoryPhysics: Sendable {
  let constants: StreamConstants
  let path: PathRates
  private let total: Double
  private let used: Double
  private var workingSet: WorkingSet
  /// Pending outside of the working set: what a round left of the rest, and what the guest's own system has written.
  private var rest = 0.0
  /// Zero pages not yet looked at.
  private var zeroLeft = 0.0
  /// Of the memory in use, what a first round that was cut short has not come to.
  private var unsent = 0.0
  private(set) var isCopied = false
  private(set) var passes = 0
  private var passBegan = 0.0
  private var countedUntil = 0.0
  /// What has drained from the buffers while the stream was busy with something else than sending.
  private var drained = 0.0
  /// Dirtied in the pass that has ended.
  private(set) var dirtied = 0.0

  /// What a step sends, and how long it is busy beyond that. Bytes on the wire, seconds.
  struct Sending {
    var bytes: Double
    var then: Double
  }

  init(
    _ constants: StreamConstants, total: Double, used: Double, workingSet: WorkingSet, path: PathRates
  ) {
    self.constants = constants
    self.total = max(total, used)
    self.used = used
    self.workingSet = workingSet
    self.path = path
  }

  /// Bytes of pages that the other side lacks.
  var left: Double { workingSet.pending + rest }

  // MARK: - Rounds

  /// Begins a round.
  ///
  /// - Parameters:
  ///   - bandwidth: bytes a second, as the hypervisor believes; infinite if it has seen none.
  ///   - limit: the pause that would do, in seconds; `nil` if the rounds end for other reasons.
  mutating func beginPass(isFirst: Bool, bandwidth: Double, limit: Double?, at now: Double) -> Sending {
    if !isFirst { catchUp(to: now) }
    passBegan = now
    countedUntil = now
    passes += 1
    let rate = path.copy.isFinite ? path.copy : bandwidth
    guard constants.iteration > 0, let limit, rate.isFinite else {
      return isFirst ? firstRound(0, quantum: 0) : round(0, quantum: 0)
    }
    let threshold = (bandwidth.isFinite ? bandwidth : rate) * limit
    return isFirst
      ? firstRound(threshold, quantum: quantum(at: rate)) : round(threshold, quantum: quantum(at: rate))
  }

  /// What is sent between two looks, as bytes of pages.
  private func quantum(at rate: Double) -> Double {
    if path.isLimited { return rate * constants.limiterWindow / constants.overhead }
    let lump = constants.bufferLump
    guard lump > 0 else { return rate * constants.iteration / constants.overhead }
    // A look comes after the iteration's time, when the socket has next taken a lump.
    let lumps = (rate * constants.iteration / lump - 1e-9).rounded(.up)
    return max(1, lumps) * lump / constants.overhead
  }

  /// Bytes that wait between the source and the destination while it sends.
  private var inFlight: Double { path.isShaped && !path.isLimited ? constants.inFlight : 0 }

  /// Everything but zero pages, and those at the cost of a look: a long run of them leaves the wire idle, a short one
  /// hides behind what is in flight.
  private mutating func firstRound(_ threshold: Double, quantum: Double) -> Sending {
    let zero = total - used
    var left = 0.0
    (zeroLeft, unsent) = (0, 0)
    if quantum > 0, threshold >= total {
      // All of it would fit the pause: it stops as soon as it has seen a bandwidth, for which it takes stock no sooner
      // than the limiter does (BUFFER_DELAY of migration/migration.c).
      let seen = path.copy.isFinite ? path.copy * constants.limiterWindow / constants.overhead : 0
      let send = min(used, max(quantum, seen, inFlight))
      left = used - send
      unsent = used > 0 ? left / used : 0
      zeroLeft = used > 0 ? zero * left / used : 0
    } else if threshold > 0 {
      left = max(0, min(threshold, constants.lastPages, used) - quantum / 2)
    }
    let scanned = zero - zeroLeft
    var exposed = scanned * constants.zeroScan
    if path.isLimited {
      exposed = 0
    } else if constants.zeroRun > 0, path.copy.isFinite {
      exposed *= exp(-inFlight / path.copy / constants.zeroRun)
    }
    let pages = used - left
    rest = left
    let bytes = pages * constants.overhead + scanned / StreamConstants.pageSize * constants.zeroPageBytes
    return Sending(bytes: max(0, bytes - inFlight), then: exposed)
  }

  private mutating func round(_ threshold: Double, quantum: Double) -> Sending {
    let left = self.left
    guard left > 0 else { return Sending(bytes: 0, then: 0) }
    let cost = costs()
    var pages = left
    if quantum > 0 {
      // So many looks until less than the threshold is left; where deltas shrink the pages, a look sees more of them.
      let perLook = quantum * constants.overhead / max(cost.wire, cost.time * path.copy)
      let looks = max(1, ((left - threshold) / perLook).rounded(.down) + 1)
      pages = min(left, looks * perLook)
    }
    let share = pages / left
    workingSet.send(share: share)
    rest *= 1 - share
    let busy = path.copy.isFinite ? max(0, cost.time - cost.wire / path.copy) * pages : cost.time * pages
    // They fill again as soon as there is more to send than the wire takes.
    drained = busy > 0 && path.copy.isFinite ? min(constants.inFlight, drained + busy * path.copy) : 0
    return Sending(bytes: pages * cost.wire, then: busy)
  }

  /// Per byte of page: bytes on the wire, and the time that finding deltas takes if the wire were free.
  private func costs() -> (wire: Double, time: Double) {
    // Pages are put into the cache when they are sent for the second time.
    guard let delta = constants.deltaShare, passes > 2, left > 0 else { return (constants.overhead, 0) }
    let hit = constants.cacheHit * workingSet.pending / left
    let wire = hit * delta + (1 - hit) * constants.overhead
    return (wire, hit * constants.deltaTime)
  }

  /// A round has ended: what the guest has written meanwhile is known, and pending.
  mutating func endPass(throttle: Double, noise: Double, at now: Double) {
    dirtied = write(until: now, throttle: throttle, noise: noise)
    if unsent > 0 {
      // What was written before it was ever sent is pending once, not twice.
      workingSet.send(share: unsent)
      dirtied *= 1 - unsent
      unsent = 0
    }
    isCopied = true
  }

  /// Adds what was written since the last count.
  mutating func catchUp(to now: Double) {
    guard now > countedUntil else { return }
    _ = write(until: now, throttle: 0, noise: 1)
  }

  private mutating func write(until now: Double, throttle: Double, noise: Double) -> Double {
    let (time, before) = (now - passBegan, countedUntil - passBegan)
    let speed =
      throttle == 0 || constants.catchesUp ? 1 : pow(1 - throttle, constants.throttleExponent)
    var new = workingSet.write(for: time, counted: before, speed: speed, noise: noise)
    let idle =
      min(constants.idleBytes, constants.idleRate * time)
      - min(constants.idleBytes, constants.idleRate * before)
    rest += idle
    new += idle
    countedUntil = now
    return new
  }

  // MARK: - The switchover

  /// What is sent while the guest stands still, or after it has gone on at the other side.
  mutating func finish(stoppedAt stop: Double) -> Sending {
    guard isCopied else {
      let zero = total - used
      return Sending(
        bytes: used * constants.overhead + zero / StreamConstants.pageSize * constants.zeroPageBytes,
        then: zero * constants.zeroScan)
    }
    catchUp(to: stop)
    let bytes =
      left * costs().wire + zeroLeft / StreamConstants.pageSize * constants.zeroPageBytes
    var then = zeroLeft * constants.zeroScan
    let fastest = path.isShaped ? path.outage : constants.burstRate
    if constants.hostRate < fastest {
      // For a moment it goes into empty buffers; then no link carries more than the hosts manage.
      let long = max(0, bytes - constants.burst)
      then += long / constants.hostRate - long / fastest
    }
    return Sending(bytes: bytes, then: then)
  }

  /// What is in flight when the last byte has been sent, and has to arrive before the guest can go on.
  func inFlightAtStop(of bytes: Double) -> Double {
    guard path.isShaped else { return 0 }
    return path.isLimited
      ? min(constants.inFlight, bytes) : min(constants.inFlight, constants.inFlight - drained + bytes)
  }
}
