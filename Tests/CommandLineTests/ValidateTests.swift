import Foundation
import TestTools
import Testing

/// `validate`, `fit` and `profile` as a user meets them.
@Suite struct ValidateTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Scenarios/validation").path
  private static let migrations = folder + "/calibration.csv"
  private static let cases = folder + "/cases.yaml"

  private static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The header and some rows of the shipped migrations.
  private static func some(_ ids: Set<String>, _ bench: Workbench) throws -> String {
    let lines = try String(contentsOfFile: migrations, encoding: .utf8).split(separator: "\n")
    let kept = lines.enumerated().filter { $0 == 0 || ids.contains(String($1.prefix { $0 != "," })) }
    let path = bench("some.csv")
    try kept.map { $1 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("each row with its error, the kinds, what converges, what the intervals hold") func text()
    async throws
  {
    let bench = try Workbench()
    let path = try Self.some(["pre01r0", "pre02r0", "cold01r0", "non00r0"], bench)
    let result = try await Program.run(Program.path, ["validate", path])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for words in [
      "some.csv, predicted with qemu-tcg", "Rows: live-ram", "pre02r0", "Rows: cold", "cold01r0",
      "Errors by kind, with the profile as it is", "Converges or not", "Brier score",
      "Outcomes within the 90 % interval",
    ] { #expect(result.output.contains(words), "\(words)") }
  }

  @Test("JSON has a number of errors for each kind and figure, as many as there are rows") func rows()
    async throws
  {
    let bench = try Workbench()
    let path = try Self.some(["pre01r0", "pre02r0", "non00r0"], bench)
    let result = try await Program.run(Program.path, ["validate", path, "--format", "json"])
    let object = try Self.json(result.output)
    #expect(object["schema"] as? String == "fleetshift.validation/1")
    let live = try #require((object["kinds"] as? [String: Any])?["live-ram"] as? [String: Any])
    #expect(live["rows"] as? Int == 3 && live["completed"] as? Int == 2)
    let time = try #require(live["total_time"] as? [String: Any])
    #expect(time["rows"] as? Int == 2 && time["mean_abs_error"] as? Double ?? 1 < 0.1)
    let convergence = try #require(object["convergence"] as? [String: Any])
    #expect(convergence["correct"] as? Int == 3)
  }

  @Test("published cases: bounds on time and data, and what their downtimes are off by") func published()
    async throws
  {
    let text = try await Program.run(Program.path, ["validate", Self.cases])
    #expect(text.status == 0)
    let specweb = try #require(
      text.output.split(separator: "\n").first {
        $0.hasPrefix("clark05-specweb") && $0.hasSuffix("none")
      })
    #expect(specweb.contains("2.5 %") && specweb.contains(" +"), "\(specweb)")
    let words = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("so its pause is not predicted"))
    let object = try Self.json(
      try await Program.run(Program.path, ["validate", Self.cases, "--format", "json"]).output)
    let best = try #require((object["quality"] as? [String: Any])?["A"] as? [String: Any])
    let downtimes = try #require(best["downtimes"] as? [String: Any])
    #expect(downtimes["figures"] as? Int ?? 0 >= 6 && downtimes["fitted_on"] as? Int == 6)
    #expect(downtimes["worst"] as? Double ?? 1 <= 0.45)
    #expect(text.output.contains("fitted on it"))
    let listed = try #require(object["cases"] as? [[String: Any]])
    let off = listed.filter { $0["worst_downtime"] != nil }.compactMap { $0["id"] as? String }
    #expect(off.contains("clark05-specweb") && !off.contains("qemu-mtc-idle"))
  }

  @Test("a dataset that is none is refused with its place") func broken() async throws {
    let bench = try Workbench()
    let path = bench("d.csv")
    try "id,kind,link_mibps,disk_alloc_mib\na,warm,fast,1\n"
      .write(toFile: path, atomically: true, encoding: .utf8)
    for command in ["validate", "fit"] {
      let result = try await Program.run(Program.path, [command, path])
      #expect(result.status == 65 && result.output.isEmpty)
      #expect(result.errors.contains("link_mibps is 'fast', which is no number"), "\(result.errors)")
      let missing = try await Program.run(Program.path, [command, "/nowhere/d.csv"])
      #expect(missing.status == 66, "\(missing.errors)")
    }
  }

  @Test("a table whose cells are separated by something else says by what") func delimiters() async throws {
    let bench = try Workbench()
    for (delimiter, name) in [(";", "semicolons"), ("\t", "tabs")] {
      let path = bench("d.csv")
      try ["id", "kind", "ram_mib"].joined(separator: delimiter).appending("\n")
        .write(toFile: path, atomically: true, encoding: .utf8)
      let result = try await Program.run(Program.path, ["fit", path])
      #expect(
        result.status == 65 && result.errors.contains("separated by \(name), not by commas"), "\(result)")
      #expect(!result.errors.contains("no column"), "\(result.errors)")
    }
  }

  @Test("what is left out belongs to a cross-validation") func leftOut() async throws {
    let result = try await Program.run(
      Program.path, ["validate", Self.migrations, "--leave-out", "family"])
    #expect(result.status == 64 && result.errors.contains("--cross-validate"), "\(result.errors)")
  }

  @Test("a fit says what it found, and writes a profile that predict takes") func fit() async throws {
    let bench = try Workbench()
    let path = try Self.some(["cold01r0", "cold03r0", "cold04r0", "warm00r0", "warm16r0"], bench)
    let file = bench("mine.yaml")
    let result = try await Program.run(
      Program.path, ["fit", path, "--free", "disk-efficiency", "--output", file])
    #expect(result.status == 0, "\(result.errors)")
    for words in ["mine: ", "Estimated", "disk-efficiency", "What the fit leaves", "Chance"] {
      #expect(result.output.contains(words), "\(words)")
    }
    let predicted = try await Program.run(
      Program.path,
      ["predict", "--memory", "1 GiB", "--link", "1 Gbit/s", "--samples", "4", "--profile", file])
    #expect(predicted.status == 0 && predicted.output.contains("on mine"), "\(predicted.errors)")
    let unknown = try await Program.run(Program.path, ["fit", path, "--free", "colour"])
    #expect(unknown.status == 64 && unknown.errors.contains("'colour'"))
    let none = try await Program.run(Program.path, ["fit", path, "--free", "throttle-exponent"])
    #expect(none.status == 65 && none.errors.contains("none of the constants"), "\(none.errors)")
  }

  // MARK: - Rigs unlike the start

  private static let header =
    "id,kind,ram_mib,fill_mib,wws_mib,dirty_pps_asked,link_mibps,downtime_limit_ms,timeout_s,status,total_ms,"
    + "downtime_ms,transferred"

  /// Guests over a 10 Gbit/s link, on hosts more than twice as fast as those of the profile from which a fit begins.
  private static func fast(_ bench: Workbench) throws -> String {
    let rows = [
      (12000, 8000, 8355, 238, 8_736_412_271), (8000, 4000, 4161, 204, 4_434_079_777),
      (24000, 20000, 20578, 192, 21_643_409_752), (12000, 8000, 8118, 153, 8_736_412_271),
      (24000, 20000, 20530, 234, 21_643_409_752), (8000, 4000, 4273, 179, 4_434_079_777),
      (12000, 8000, 8366, 161, 8_736_412_271), (16000, 12000, 12068, 153, 13_038_744_764),
    ]
    let lines = rows.enumerated().map { index, row in
      "r\(index),live-ram,\(row.0),\(row.1),512,1000,1190,300,3600,completed,\(row.2),\(row.3),\(row.4)"
    }
    let path = bench("fast.csv")
    try ([header] + lines).map { $0 + "\n" }.joined()
      .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static func fitted(_ path: String, free: String? = nil) async throws -> [String: Any] {
    let result = try await Program.run(
      Program.path, ["fit", path, "--format", "json"] + (free.map { ["--free", $0] } ?? []))
    try #require(result.status == 0, "\(result.errors)")
    return try json(result.output)
  }

  @Test("a rig far from the start is found, and what the constants cannot explain is said") func farAway()
    async throws
  {
    let bench = try Workbench()
    let path = try Self.fast(bench)
    let fit = try await Self.fitted(path, free: "host-rate,zero-scan")
    let constants = try #require(fit["constants"] as? [String: [String: Any]])
    // Some 12 GB in 12 s and so on; to look at empty memory costs next to nothing.
    let rate = try #require(constants["host-rate"]?["value"] as? Double)
    #expect((9.5e8...1.25e9).contains(rate), "\(rate)")
    #expect(try #require(fit["driven"] as? [String: Double])["zero-scan"] ?? 1 < 0.1)
    #expect(constants["zero-scan"] == nil && fit["not_identified"] as? [String] == [])
    #expect(try #require(fit["scatter"] as? [String: Double])["total_time"] ?? 1 < 0.1)
    // Its pauses hang on what a host has in flight, which was not free.
    #expect(fit["poorly_explained"] as? [String] == ["blackout"])
    let text = try await Program.run(Program.path, ["fit", path, "--free", "host-rate,zero-scan"])
    #expect(text.status == 0)
    let words = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("These constants do not explain what was measured: blackout"), "\(words)")
    #expect(words.contains("--free") && words.contains("--start"), "\(words)")
    #expect(words.contains("Driven away until it had no bearing any more"), "\(words)")
    // By itself it makes up for the rest until it has no bearing any more: there is no best value of it.
    let alone = try await Program.run(Program.path, ["fit", path, "--free", "host-rate"])
    #expect(alone.status == 65 && alone.errors.contains("they fit best with host-rate at"), "\(alone.errors)")
    #expect(alone.errors.contains("or beyond, where something else holds them back"), "\(alone.errors)")
  }

  @Test("more constants than a few configurations tell: those that they tell are fitted, the rest is named")
  func tooMany() async throws {
    let bench = try Workbench()
    let path = try Self.fast(bench)
    let all = try await Self.fitted(path)
    #expect((all["constants"] as? [String: Any])?.isEmpty == false)
    #expect((all["not_identified"] as? [String])?.isEmpty == false)
    // One configuration, however often measured, confirms nothing, and the message says so.
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let lone = bench("lone.csv")
    try [lines[0], lines[1], lines[4]].map { $0 + "\n" }.joined()
      .write(toFile: lone, atomically: true, encoding: .utf8)
    let refused = try await Program.run(Program.path, ["fit", lone, "--free", "host-rate"])
    #expect(refused.status == 65)
    for words in ["2 migrations", "1 configuration", "--start"] {
      #expect(refused.errors.contains(words), "\(refused.errors)")
    }
  }
}
