internal import Quantities

/// What each part of a migration can send, each second.
struct CaseRates {
  let path: PathRates
  let disk: Double
  /// What holds the main copy back.
  let bottleneck: Bottleneck
  private let kind: MigrationKind

  init(_ migration: MigrationCase, _ profile: RigProfile) {
    kind = migration.kind
    let transport = migration.transport
    let link = transport.link.bytesPerSecond
    let host = profile[.hostRate]
    let job = migration.disk.jobLimit.bytesPerSecond
    disk = min(link * profile[.diskEfficiency], job, host)
    let limit = transport.maxBandwidth.bytesPerSecond * profile[.limitEfficiency]
    var path = PathRates()
    path.isShaped = link.isFinite
    path.outage = link.isFinite ? link * profile[.linkEfficiency] : profile[.burstRate]
    // A mirror that stays in step takes its part of the link.
    let mirrored = kind == .liveDisk ? migration.disk.writes.rate.bytesPerSecond : 0
    let share = max(link * profile[.linkEfficiency] - mirrored, link / 10)
    path.copy = min(limit, share, host)
    path.isLimited = limit < min(share, host)
    self.path = path
    if kind == .liveRAM {
      bottleneck = path.isLimited ? .hypervisorLimit : share <= host ? .link : .host
    } else {
      bottleneck =
        disk == job ? .jobLimit : link.isFinite && disk < host ? .link : .host
    }
  }

  var solo: SoloRates {
    SoloRates(
      memory: ByteRate(bytesPerSecond: path.copy), disk: ByteRate(bytesPerSecond: disk),
      outage: ByteRate(bytesPerSecond: path.outage))
  }

  /// Of the copy that the kind is about.
  var rateOfKind: Double { kind == .liveRAM ? path.copy : disk }
}
