internal import Quantities

/// Why a case cannot be predicted.
public struct CaseError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  /// The field that is wrong, in the words of ``MigrationCase``.
  public let field: String

  init(_ field: String, _ description: String) {
    self.field = field
    self.description = description
  }
}

extension MigrationCase {
  /// Refuses what no migration could be.
  public func validate() throws(CaseError) {
    if kind.movesMemory { try validateMemory() }
    if kind.movesDisk { try validateDisk() }
    if !(transport.link.bytesPerSecond > 0) {
      throw CaseError("transport.link", "over this link nothing moves")
    }
    if !(transport.maxBandwidth.bytesPerSecond > 0) {
      throw CaseError("transport.maxBandwidth", "under this limit nothing moves")
    }
    if transport.downtimeLimit < .zero {
      throw CaseError("transport.downtimeLimit", "a downtime limit cannot be negative")
    }
    if transport.timeout <= .zero { throw CaseError("transport.timeout", "this time-out is over at once") }
    if let ratio = transport.compressionRatio, !(ratio > 0 && ratio <= 1) {
      throw CaseError("transport.compressionRatio", "compression leaves more than nothing and at most all")
    }
    for time in [boot, shutdown, transport.roundTrip, disk.dwell] where time < .zero || time > .days(365) {
      throw CaseError("boot", "\(time) is no time that a step could take")
    }
  }

  /// Refuses what leaves out a size that the prediction hangs on, so that it would be of a migration that moves nothing.
  ///
  /// For whoever asks about a migration to come. Rows of measurements are taken as they were written down.
  public func validateIsWhole() throws(CaseError) {
    if kind.movesMemory, memory.writes.pagesPerSecond > 0, memory.writes.workingSet == .zero {
      if case .curve = memory.writes.pattern { return }
      throw CaseError("working-set", "memory is written at a rate, and it is not said how much of it")
    }
    guard kind.movesDisk else { return }
    if disk.allocated == .zero {
      throw CaseError("allocated", "a disk is to be copied, and it is not said how much of it holds data")
    }
    if disk.writes.rate.bytesPerSecond > 0, disk.writes.workingSet == .zero {
      throw CaseError("disk-working-set", "the disk is written at a rate, and it is not said how much of it")
    }
  }

  private func validateMemory() throws(CaseError) {
    if memory.configured <= .zero { throw CaseError("memory.configured", "a guest without memory") }
    if memory.workload < .zero || memory.workload > memory.configured {
      throw CaseError(
        "memory.workload",
        "the workload does not fit into the guest's memory: \(memory.workload) into \(memory.configured)")
    }
    if let used = memory.used, used < .zero || used > memory.configured {
      throw CaseError(
        "memory.used", "more memory is used than the guest has: \(used) of \(memory.configured)")
    }
    let writes = memory.writes
    guard writes.pagesPerSecond >= 0, writes.pagesPerSecond.isFinite else {
      throw CaseError("memory.writes.pagesPerSecond", "\(writes.pagesPerSecond) is no rate")
    }
    if writes.workingSet < .zero || writes.workingSet > memory.configured {
      throw CaseError(
        "memory.writes.workingSet",
        "the working set does not fit into the guest's memory: \(writes.workingSet) into \(memory.configured)"
      )
    }
    switch writes.pattern {
    case .hot(let share, let part):
      guard (0...1).contains(share), part > 0, part < 1 else {
        throw CaseError("memory.writes.pattern", "a hot part is more than nothing and less than all")
      }
    case .mixture(let tiers):
      let whole = tiers.reduce(0) { $0 + $1.part }
      guard (1...4).contains(tiers.count), tiers.allSatisfy({ $0.part > 0 && $0.writes >= 0 }),
        abs(whole - 1) < 1e-6, abs(tiers.reduce(0) { $0 + $1.writes } - 1) < 1e-6
      else {
        throw CaseError(
          "memory.writes.pattern", "a mixture has one to four parts, whose sizes and writes each add up to 1")
      }
    case .curve(let points):
      guard !points.isEmpty, points.allSatisfy({ $0.window > .zero && $0.distinct >= .zero }),
        zip(points, points.dropFirst()).allSatisfy({ $0.window < $1.window && $0.distinct <= $1.distinct })
      else {
        throw CaseError("memory.writes.pattern", "a curve's windows and distinct bytes both rise")
      }
    case .sweep, .uniform: break
    }
  }

  private func validateDisk() throws(CaseError) {
    if disk.allocated < .zero { throw CaseError("disk.allocated", "a disk cannot hold less than nothing") }
    if disk.virtual < disk.allocated {
      throw CaseError(
        "disk.virtual", "more is allocated than the disk is large: \(disk.allocated) of \(disk.virtual)")
    }
    if disk.granularity <= .zero { throw CaseError("disk.granularity", "a chunk has at least one byte") }
    if disk.writes.size <= .zero { throw CaseError("disk.writes.size", "a write has at least one byte") }
    if !(disk.writes.rate.bytesPerSecond >= 0 && disk.writes.rate.bytesPerSecond.isFinite) {
      throw CaseError("disk.writes.rate", "a rate is at least nothing")
    }
    if disk.writes.workingSet > disk.virtual {
      throw CaseError(
        "disk.writes.workingSet",
        "the working set does not fit on the disk: \(disk.writes.workingSet) on \(disk.virtual)")
    }
    if !(disk.jobLimit.bytesPerSecond > 0) {
      throw CaseError("disk.jobLimit", "under this limit nothing moves")
    }
    if disk.passes < 1 { throw CaseError("disk.passes", "at least one pass has to be made") }
  }
}
