internal import FleetModel
internal import Quantities

#if canImport(Glibc)
  private import Glibc
#endif

/// A guest's disk on its way: what each pass copies, and what it leaves.
struct DiskPhysics: Sendable {
  /// How a pass treats what is written while it runs.
  enum Method: Sendable {
    /// Each pass copies what was dirty when it began; what is written meanwhile is for the next: changed-block
    /// tracking, snapshots, a fleet's guest.
    case passes(DirtyModel)
    /// One head goes round and round over a dirty bitmap and clears a chunk when it copies it (QEMU's `mirror`).
    case mirror(ChunkWrites)
    /// Like `passes`, of chunks; a write to what is not yet copied waits until the old data is (QEMU's `backup`).
    case backup(ChunkWrites)
    /// Writes go to both sides at once: nothing is dirtied again.
    case blocking(ChunkWrites)
  }

  private let method: Method
  /// Bytes a second of the copy, where it is known beforehand.
  private let rate: Double
  /// A job's own limit counts holes too (backup), so that a pass over the whole disk takes so long at least.
  private let leastFirstPass: Double
  /// A write that has to wait for a copy waits for what is in flight.
  private let wait: Double
  private let passSetup: Double

  private(set) var isCopied = false
  /// What the other side has not: to be sent by the next pass or in the outage.
  private(set) var left = Bytes.zero
  private var passBegan = Instant.zero
  /// Until when `left` counts the guest's writes.
  private var countedUntil = Instant.zero
  /// In the last pass: what it copied, and how long it had been since a place was copied before.
  private var copied = 0.0
  private(set) var dirtied = 0.0
  private var isFirst = true

  /// - Parameters:
  ///   - rate: bytes a second that the copy will have; infinite if it is not known.
  ///   - leastFirstPass: seconds that the first pass takes whatever it copies.
  ///   - wait: seconds that a write waits for a place that is not yet copied (backup).
  init(
    _ method: Method, rate: Double = .infinity, leastFirstPass: Double = 0, wait: Double = 0,
    passSetup: Double = 0
  ) {
    self.method = method
    self.rate = rate
    self.leastFirstPass = leastFirstPass
    self.wait = wait
    self.passSetup = passSetup
  }

  // MARK: - Passes

  /// Begins a pass; `allocated` is what the first one has to copy.
  ///
  /// - Returns: what it copies, and seconds that it is busy beyond the wire.
  mutating func beginPass(allocated: Bytes?, at now: Instant) -> (bytes: Bytes, then: Double) {
    var then = passSetup
    if let allocated {
      left = allocated
      isFirst = true
      if rate.isFinite { then += max(0, leastFirstPass - allocated.value / rate) }
      if case .blocking(let writes) = method, rate.isFinite, writes.rate < rate {
        // The writes take their part of the link as they come.
        left = Bytes(rounding: allocated.value / (1 - writes.rate / rate))
      }
    } else {
      isFirst = false
      catchUp(to: now)
      if case .mirror(let writes) = method { left = untilHeadReturns(writes) }
    }
    passBegan = now
    countedUntil = now
    copied = left.value
    return (left, then)
  }

  /// What the head finds on its next way round: besides what is dirty behind it now, what is written before it comes.
  private func untilHeadReturns(_ writes: ChunkWrites) -> Bytes {
    guard rate.isFinite, rate > 0, left > .zero else { return left }
    let age = writes.age(of: left.value)
    var found = left.value
    for _ in 0..<24 {
      let next = writes.distinct(in: age + found / rate / 2)
      if abs(next - found) < 1 { break }
      found = next
    }
    return Bytes(rounding: max(left.value, found))
  }

  /// A pass that has ended leaves what was written while it ran.
  mutating func endPass(speed: Double, noise: Double, at now: Instant) {
    let time = (now - passBegan).seconds
    switch method {
    case .passes(let writes):
      let changed = writes.changed(in: time, speed: speed) * noise
      left = min(Bytes(rounding: changed), writes.workingSet)
    case .mirror(let writes):
      let changed =
        isFirst
        ? writes.behindHead(after: time, speed: rate.isFinite ? rate : copied / max(time, 1e-9))
        : writes.distinct(in: time / 2)
      // What is less than a chunk is none.
      left = changed * noise < writes.chunkBytes ? .zero : Bytes(rounding: changed * noise)
    case .backup(let writes):
      left = Bytes(rounding: writes.distinct(of: achieved(writes, in: time)) * noise)
    case .blocking: left = .zero
    }
    dirtied = left.value
    countedUntil = now
    isCopied = true
  }

  /// Writes that get through while a backup copies: one to a place that has not been copied waits for the copy, which
  /// waits behind what is in flight. The share of such places falls to nothing while the head goes over them.
  private func achieved(_ writes: ChunkWrites, in time: Double) -> Double {
    let asked = writes.writesPerSecond
    guard wait > 0, asked > 0, writes.workingSet > 0, rate.isFinite else { return asked * time }
    let (share, passing) =
      isFirst
      ? (1.0, min(time, writes.workingSet / rate)) : (min(1, copied / writes.workingSet), time)
    let held = asked * wait * share
    // The mean of min(asked, 1 / (u wait)) for u from `share` down to 0.
    let through = held > 1 ? asked * (1 + log(held)) / held : asked
    return through * passing + asked * (time - passing)
  }

  /// Adds what was written since.
  mutating func catchUp(to now: Instant) {
    switch method {
    case .passes(let writes):
      let more =
        writes.changed(in: (now - passBegan).seconds) - writes.changed(in: (countedUntil - passBegan).seconds)
      left = min(left + Bytes(rounding: max(0, more)), max(left, writes.workingSet))
    case .mirror(let writes), .backup(let writes):
      guard now > countedUntil, writes.workingSet > 0 else { break }
      let new = writes.distinct(in: (now - countedUntil).seconds)
      left = left + Bytes(rounding: new * max(0, 1 - left.value / writes.workingSet))
    case .blocking: break
    }
    countedUntil = max(countedUntil, now)
  }

  /// What a mirror has in flight when the guest stops, of what it has forwarded since it came into step.
  func inFlight(within lag: Duration) -> Bytes {
    switch method {
    case .passes(let writes): min(left, Bytes(rounding: writes.changed(in: lag.seconds)))
    case .mirror(let writes), .backup(let writes):
      min(left, Bytes(rounding: writes.distinct(in: lag.seconds)))
    case .blocking: .zero
    }
  }
}
