import MigrationPhysics
import Testing

/// The model held against 73 measured migrations, with the constants of their rig.
@Suite struct CalibrationTests {
  @Test("disk copies: mean error at most 2 % warm, 1.5 % cold, 6 % reboot")
  func bulkTimes() throws {
    for (kind, most) in [(MigrationKind.warm, 0.02), (.cold, 0.015), (.reboot, 0.06)] {
      var errors: [Double] = []
      for row in try MeasuredRow.calibration() where row.migration.kind == kind && row.completed {
        let predicted = try #require(try row.migration.point(under: .qemuTCG).bulkTime)
        errors.append(abs(predicted / (row["bulk_s"] ?? 0) - 1))
      }
      #expect(errors.reduce(0, +) / Double(errors.count) <= most, "\(kind): \(errors)")
    }
  }
}
