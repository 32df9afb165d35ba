import MigrationPhysics
import Testing

/// The model held against 73 measured migrations, with the constants of their rig.
@Suite("Measured migrations") struct CalibrationTests {
  /// Of the middle of all courses, as `validate` scores it.
  private static func errors(
    _ kind: MigrationKind, of figure: (MigrationForecast) -> Double?, column: String, unit: Double = 1,
    where holds: (MeasuredRow) -> Bool = { _ in true }
  ) throws -> [Double] {
    try MeasuredRow.calibration().filter { $0.migration.kind == kind && $0.completed && holds($0) }.map {
      row in
      let forecast = try row.migration.forecast(under: .qemuTCG, samples: 100)
      return abs((figure(forecast) ?? 0) / ((row[column] ?? 0) * unit) - 1)
    }
  }

  /// Of the course without chance, which is enough to tell whether a term is there.
  private static func errors(
    _ kind: MigrationKind, under profile: RigProfile, of figure: (PointForecast) -> Double?, column: String,
    unit: Double = 1, where holds: (MeasuredRow) -> Bool = { _ in true }
  ) throws -> [Double] {
    try MeasuredRow.calibration().filter {
      $0.migration.kind == kind && $0.completed && holds($0) && !byChance.contains($0.id)
    }.map { row in
      let point = try row.migration.point(under: profile)
      return abs((figure(point) ?? 0) / ((row[column] ?? 0) * unit) - 1)
    }
  }

  /// At 1.05 of the bandwidth it converges by chance alone: without chance it has no figures to compare.
  private static let byChance: Set = ["edg02r0"]

  @Test("without chance every migration completes that did, but for one near the edge")
  func skipped() throws {
    let unfinished = try MeasuredRow.calibration().filter {
      try $0.completed && !$0.migration.point(under: .qemuTCG).completed
    }
    #expect(Set(unfinished.map(\.id)) == Self.byChance)
  }

  private static func mean(_ errors: [Double]) -> Double { errors.reduce(0, +) / Double(errors.count) }

  private static func median(_ errors: [Double]) -> Double { errors.sorted()[errors.count / 2] }

  private static func total(_ profile: RigProfile) throws -> [Double] {
    try errors(.liveRAM, under: profile, of: \.totalTime, column: "total_ms", unit: 1e-3)
  }

  private static func bytes(_ profile: RigProfile) throws -> [Double] {
    try errors(.liveRAM, under: profile, of: \.bytes, column: "transferred")
  }

  private static func blackout(_ profile: RigProfile) throws -> [Double] {
    try errors(.liveRAM, under: profile, of: \.blackout, column: "vm_gap_ms", unit: 1e-3) {
      $0.isShaped && $0["vm_gap_ms"] ?? 0 >= 20
    }
  }

  @Test("live: total time within 5 % (median 2 %), blackouts within 15 % (8 %)")
  func live() throws {
    let total = try Self.errors(.liveRAM, of: \.totalTime.median, column: "total_ms", unit: 1e-3)
    let bytes = try Self.errors(.liveRAM, of: \.bytes.median, column: "transferred")
    #expect(total.count == 43)
    #expect(
      Self.mean(total) <= 0.05 && Self.median(total) <= 0.02, "\(Self.mean(total)) \(Self.median(total))")
    #expect(
      Self.mean(bytes) <= 0.03 && Self.median(bytes) <= 0.015, "\(Self.mean(bytes)) \(Self.median(bytes))")
    let blackout = try Self.errors(.liveRAM, of: \.blackout?.median, column: "vm_gap_ms", unit: 1e-3) {
      $0.isShaped && $0["vm_gap_ms"] ?? 0 >= 20
    }
    #expect(Self.mean(blackout) <= 0.15 && Self.median(blackout) <= 0.08, "\(Self.mean(blackout))")
  }

  @Test("disk copies: mean error at most 2 % warm, 1.5 % cold, 6 % reboot")
  func bulkTimes() throws {
    for (kind, most) in [(MigrationKind.warm, 0.02), (.cold, 0.015), (.reboot, 0.06)] {
      let errors = try Self.errors(kind, of: \.bulkTime?.median, column: "bulk_s")
      #expect(Self.mean(errors) <= most, "\(kind): \(errors)")
    }
  }

  // Not among them: what a link carries of its rate, which on this rig is all of it within the standard error.
  @Test(
    "each term of the model is needed: without it the measured rows are predicted worse",
    arguments: [
      (RigConstant.guestBase, 0.0), (.zeroScan, 0), (.inFlight, 0), (.iteration, 0),
      (.lastPages, 0), (.throttleExponent, 0.01), (.sweepPhase, 0.05), (.hostRate, .infinity),
      (.limitEfficiency, 1.1), (.pageHeader, 200),
    ])
  func terms(_ constant: RigConstant, _ without: Double) throws {
    var profile = RigProfile.qemuTCG
    profile[constant] = without
    let sum = { (profile: RigProfile) throws -> Double in
      Self.mean(try Self.total(profile)) + Self.mean(try Self.bytes(profile))
        + Self.mean(try Self.blackout(profile))
    }
    #expect(try sum(profile) > 1.005 * sum(.qemuTCG), "\(constant)")
  }
}
