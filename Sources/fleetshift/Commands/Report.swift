internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import Foundation
internal import RunStore
internal import ScenarioFormat

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a result as one HTML page that opens without a network.",
    discussion: """
      A result is the folder that 'fleetshift run --out' has written, or the summary.json in it, which alone has no
      charts over time. Of several, the first is shown and the others are held against it.

      Of a sweep, that is the folder of 'fleetshift sweep --out' or 'sweep merge', the page shows what it hangs on.
      """)

  @Argument(help: "The results.", completion: .directory)
  var results: [String]

  @Option(name: .shortAndLong, help: "The page to write.", completion: .file(extensions: ["html"]))
  var output: String

  /// Kinds of files that somebody may take this for, by what their names end with.
  private static let otherKinds: Set = [
    "pdf", "md", "txt", "csv", "json", "jsonl", "yaml", "yml", "xml", "svg", "png", "doc", "docx", "odt",
    "db", "sqlite",
  ]

  /// - Throws: a refusal, where the name is that of something else.
  private func checkKind() throws {
    guard Self.otherKinds.contains(URL(fileURLWithPath: output).pathExtension.lowercased()) else { return }
    throw Streams.refusal(
      "'\(output)': what report writes is an HTML page",
      "call it .html; for other forms there are 'run --format' and 'export'")
  }

  func run() throws {
    guard let first = results.first else { return }
    let place = try OutputPlace(output, .page, reading: results)
    try checkKind()
    let sweep = try ResultFile.sweep(first)
    if sweep != nil, results.count > 1 {
      throw Streams.refusal(
        "'\(first)' is a sweep: report it alone", "give one sweep, or several runs")
    }
    let result = sweep == nil ? try ResultFile.read(first) : nil
    let paths = results.dropFirst()
    let others = try paths.map(Self.other)
    if let sweep {
      let page = SweepHTMLReport(sweep, version: Version.text, bundle: Self.bundle())
      return try place.write(try rendered(first) { try page.render() })
    }
    guard let result else { return }
    var report = HTMLReport(
      result, course: try CourseFile.read(first), question: result.question ?? "",
      command: Self.command(result, first), version: Version.text, bundle: nil)
    if !others.isEmpty {
      let names = names([result] + others)
      do {
        try report.compare(
          names[0], with: Array(zip(names.dropFirst(), others)),
          commands: zip(others, paths).map(Self.command))
      } catch {
        Streams.say("these cannot be compared: \(error)", remedy: error.remedy)
        throw ExitStatus.incomparable.exit
      }
    }
    report.bundle = Self.bundle()
    let page = report
    try place.write(try rendered(first) { try page.render() })
  }

  /// The chart library, looked for once nothing can refuse the page any more; where there is none, that is told.
  private static func bundle() -> String? {
    let bundle = VegaBundle.read()
    if bundle == nil {
      Streams.say(
        "fleetshift: the chart library is in none of \(VegaBundle.places.joined(separator: ", ")), so the page has "
          + "tables only.\n  help: 'make assets' fetches it; FLEETSHIFT_ASSETS names the folder that it is in"
      )
    }
    return bundle
  }

  private static func other(_ path: String) throws -> StudyResult {
    if try ResultFile.sweep(path) != nil {
      throw Streams.refusal("'\(path)' is a sweep: report it alone", "give one sweep, or several runs")
    }
    return try ResultFile.read(path)
  }

  private static func command(_ result: StudyResult, _ path: String) -> String {
    MarkdownReport.command(for: result, file: RunFolder.scenarioFile(in: ResultFile.folder(of: path)))
  }

  /// The page, or that the result has a figure that is none: sums of its figures may be beyond all numbers.
  private func rendered(_ path: String, _ render: () throws -> String) throws -> String {
    do { return try render() } catch is EncodingError {
      Streams.say("fleetshift: '\(path)' has figures whose sum is no number.")
      throw ExitStatus.badInput.exit
    }
  }

  /// Their variants, where these tell them apart; else their paths.
  private func names(_ all: [StudyResult]) -> [String] {
    let variants = all.map { $0.variant ?? ScenarioFile.baseName }
    return Set(variants).count == all.count ? variants : ResultFile.names(of: results)
  }
}
