public import MigrationPhysics

/// A figure of a migration that is both predicted and measured. Times in seconds, data in bytes.
public enum FidelityFigure: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
  case totalTime = "total_time"
  case bytes
  /// The pause: the source's vCPU stopped until the destination's runs; where that was not traced, from the last sign
  /// of life to the next.
  case blackout
  /// The copy while the guest runs; of a cold move its whole copy.
  case bulkTime = "bulk_time"
  /// The service gap of a move that boots the guest anew.
  case cutoverDowntime = "cutover_downtime"
  /// The same with the measured boot of the destination in place of the predicted one: how long a guest takes to boot
  /// is no property of the migration.
  case cutoverGivenBoot = "cutover_downtime_given_boot"

  /// What is scored of a kind.
  public static func scored(of kind: MigrationKind) -> [FidelityFigure] {
    switch kind {
    case .liveRAM: [.totalTime, .bytes, .blackout]
    case .liveDisk: [.totalTime, .bytes, .bulkTime, .blackout]
    case .warm, .cold, .reboot: [.totalTime, .bytes, .bulkTime, .cutoverDowntime, .cutoverGivenBoot]
    }
  }

  /// What repeats of one migration differ by, as a part of it: measured on the repeats of `calibration.csv`, rounded up.
  var usualScatter: Double {
    switch self {
    case .totalTime, .bytes: 0.02
    case .bulkTime: 0.01
    case .blackout, .cutoverDowntime, .cutoverGivenBoot: 0.2
    }
  }

  /// No fit of a rig that was measured with care leaves more: what is beyond is no scatter, but a figure that the constants
  /// do not explain.
  var mostScatter: Double { 5 * usualScatter }

  public var isBytes: Bool { self == .bytes }
}

extension MeasuredMigration {
  /// What was measured of a figure; nil where it was not, or where the migration did not complete.
  ///
  /// A move of memory alone is timed and counted by the hypervisor. A move with a disk is timed from the start of the
  /// copy to the guest's first sign of life, and counted on the wire.
  public func measured(_ figure: FidelityFigure) -> Double? {
    guard outcome.isCompleted ?? true, FidelityFigure.scored(of: inputs.kind).contains(figure) else {
      return nil
    }
    let hasDisk = inputs.kind != .liveRAM
    return switch figure {
    case .totalTime: (hasDisk ? outcome.switchMilliseconds : outcome.totalMilliseconds).map { $0 / 1000 }
    case .bytes: hasDisk ? outcome.wireBytes : outcome.transferredBytes
    case .blackout:
      // The hypervisor's own figure ends when the source has sent all, not when that has arrived.
      (outcome.vcpuGapMilliseconds ?? outcome.tickGapMilliseconds ?? outcome.downtimeMilliseconds)
        .map { $0 / 1000 }
    case .bulkTime: outcome.bulkSeconds
    case .cutoverDowntime, .cutoverGivenBoot: outcome.tickGapMilliseconds.map { $0 / 1000 }
    }
  }

  /// Whether the blackout of this row is of the sort that is held to a bound: on a shaped link, and not so short that
  /// the operating system's own hesitation is most of it.
  public var hasScoredBlackout: Bool {
    guard (inputs.linkMiB ?? 0) > 0, let blackout = measured(.blackout) else { return false }
    return blackout >= 0.020
  }
}
