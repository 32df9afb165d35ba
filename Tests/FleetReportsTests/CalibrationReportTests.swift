import FleetExperiments
import FleetReports
import Foundation
import Testing

@Suite struct CalibrationReportTests {
  private static func calibration(
    start: Double, value: Double, isAtEnd: Bool, error: String
  ) throws -> Calibration {
    try JSONDecoder().decode(
      Calibration.self,
      from: Data(
        """
        { "schema": "fleetshift.calibration/1", "scenario": "year", "seed": 1, "replications": 4,
          "parameters": [
            { "path": "demand.resize.rate", "unit": "/ d", "start": \(start), "low": 2, "high": 12,
              "text": "\(value) / d", "value": \(value), "at_end_of_range": \(isAtEnd)\(error) }],
          "targets": [],
          "not_told_apart": \(error.isEmpty ? "[[{ \"path\": \"demand.resize.rate\", \"weight\": 1 }]]" : "[]"),
          "correlations": [], "singular_values": [1], "points": 9, "converged": true }
        """.utf8))
  }

  @Test("at an end of its range a parameter is not said to have no bearing") func end() throws {
    let text = CalibrationReport.text(
      try Self.calibration(start: 20, value: 12, isAtEnd: true, error: ""))
    #expect(text.contains("lies at an end of its range"), "\(text)")
    #expect(!text.contains("no bearing"), "\(text)")
    #expect(text.contains("demand.resize.rate is 20 / d in the scenario, which is outside its range."))
    #expect(!text.contains("By chance") && !text.contains("By tolerance"), "\(text)")
  }

  @Test("within its range a parameter without bearing is said to have none") func within() throws {
    let text = CalibrationReport.text(
      try Self.calibration(start: 10, value: 10, isAtEnd: false, error: ""))
    #expect(text.contains("no bearing on the targets") && !text.contains("outside its range"), "\(text)")
  }

  @Test("columns that are there are explained") func columns() throws {
    let text = CalibrationReport.text(
      try Self.calibration(
        start: 10, value: 10, isAtEnd: false,
        error: #", "standard_error": 1.2, "error_by_chance": 1.1, "error_by_tolerance": 0.3"#))
    #expect(text.contains("By chance:") && text.contains("By tolerance:"), "\(text)")
  }
}
