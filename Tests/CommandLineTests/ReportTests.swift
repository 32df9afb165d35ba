import Foundation
import TestTools
import Testing

@Suite struct ReportCommandTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test("a run's folder becomes one page, with charts over time and how to get it again") func page()
    async throws
  {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("out")).status == 0)
    let bundle = bench("assets/vega-bundle.js")
    try FileManager.default.createDirectory(atPath: bench("assets"), withIntermediateDirectories: true)
    try "window.vegaEmbed = null;".write(toFile: bundle, atomically: true, encoding: .utf8)
    let report = try await Program.run(
      "report", bench("out"), "-o", bench("page.html"), environment: ["FLEETSHIFT_ASSETS": bench("assets")])
    #expect(report.status == 0 && report.errors.isEmpty, "\(report.errors)")
    let page = try bench.text("page.html")
    #expect(
      page.contains("id=\"moves\"") && page.contains("id=\"traffic\"") && page.contains("fleetshift run"))
  }

  @Test("without the library: tables, a word about it, and success") func plain() async throws {
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("out")).status == 0)
    let report = try await Program.run(
      "report", bench("out"), "-o", bench("page.html"), environment: ["FLEETSHIFT_ASSETS": bench("none")])
    #expect(report.status == 0 && report.errors.contains("make assets"))
    #expect(try !bench.text("page.html").contains("class=\"chart\""))
  }

  @Test("a sweep's folder becomes a page of what it hangs on") func sweep() async throws {
    let path = try bench.tiny()
    let swept = try await Program.run(
      "sweep", path, "--over", "limits.host-out=1,2", "--over", "fleet.vms.count=12,48", "--replications",
      "6", "-o",
      bench("sweep"))
    #expect(swept.status == 0, "\(swept.errors)")
    let report = try await Program.run(
      "report", bench("sweep"), "-o", bench("page.html"), environment: ["FLEETSHIFT_ASSETS": bench("none")])
    #expect(report.status == 0, "\(report.errors)")
    let page = try bench.text("page.html")
    #expect(page.contains("Tornado: total(downtime)") && page.contains("What it hangs on"))
    #expect(try await Program.run("run", path, "--out", bench("run")).status == 0)
    let both = try await Program.run("report", bench("sweep"), bench("run"), "-o", bench("both.html"))
    #expect(both.status == 64 && both.errors.contains("report it alone"))
  }

  @Test("what is no result is refused, and no page is left") func refusals() async throws {
    #expect(try await Program.run("report", bench("nothing"), "-o", bench("page.html")).status == 66)
    let path = try bench.tiny()
    #expect(try await Program.run("run", path, "--out", bench("out")).status == 0)
    try "{}".write(toFile: bench("out/course.json"), atomically: true, encoding: .utf8)
    // Nothing is said of the chart library where there will be no page.
    let none = ["FLEETSHIFT_ASSETS": bench("none")]
    let broken = try await Program.run(
      "report", bench("out"), "-o", bench("page.html"), environment: none)
    #expect(
      broken.status == 65 && broken.errors.contains("course.json") && !broken.errors.contains("library"))
    try "x".write(toFile: bench("out/course.json"), atomically: true, encoding: .utf8)
    let text = try await Program.run(
      "report", bench("out"), "-o", bench("page.html"), environment: none)
    #expect(
      text.errors.hasSuffix("of this version writes it: it is not JSON, or has a number out of range\n"),
      "\(text)")
    try FileManager.default.removeItem(atPath: bench("out/course.json"))
    #expect(try await Program.run("run", path, "--seed", "3", "--out", bench("other")).status == 0)
    let strangers = try await Program.run(
      "report", bench("out"), bench("other"), "-o", bench("page.html"), environment: none)
    #expect(
      strangers.status == 5 && strangers.errors.hasPrefix("fleetshift: these cannot be compared:")
        && strangers.errors.contains("\n  help: replications are paired"), "\(strangers)")
    #expect(!FileManager.default.fileExists(atPath: bench("page.html")))
    let lost = try await Program.run("report", bench("out/summary.json"), "-o", bench("no/such/page.html"))
    #expect(lost.status == 74 && lost.errors.contains("cannot write"))
  }
}
