internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates a scenario and prints what it came to.",
    discussion: "Ends with 2 if an expectation of the scenario does not hold.")

  @OptionGroup var options: ScenarioOptions

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(help: "How to print the result: text, json or markdown.")
  var format = OutputFormat.text

  @Option(help: "Also write summary.json and summary.md into this folder.", completion: .directory)
  var out: String?

  @Option(help: "Also write one row per attempt to this CSV file.", completion: .file(extensions: ["csv"]))
  var attempts: String?

  @Flag(help: "Print every default of the scenario format and its meaning, and stop.")
  var explainDefaults = false

  func run() async throws {
    if explainDefaults {
      for line in ScenarioGrammar.defaults { Streams.output("\(line.path): \(line.value)\t# \(line.doc)\n") }
      return
    }
    let file = try options.read()
    let scenario = try options.pick(variant, from: file)
    var ledgers: [[Ledger]] = []
    if let attempts {
      let rows = try AttemptFile(attempts)
      ledgers = try await options.simulate([scenario]) { _, ledger, part in try rows.add(part, ledger) }
      try rows.publish()
    } else {
      ledgers = try await options.simulate([scenario])
    }

    var result = StudyResult(scenario, ledgers[0])
    try result.judge(scenario.expectations.map { try Expectation.parse($0) }, of: scenario)
    if let out { try write(result, to: out) }
    Streams.output(try render(result))
    if result.expectations.contains(where: { !$0.held }) { throw ExitStatus.broken.exit }
  }

  private func render(_ result: StudyResult) throws -> String {
    switch format {
    case .text: return TextReport.render(result, style: Streams.style)
    case .json: return try JSONReport.render([result])
    case .markdown: return MarkdownReport.render(result, command: command(result))
    }
  }

  /// What to type for the very same result.
  private func command(_ result: StudyResult) -> String {
    var words = ["fleetshift", "run", options.scenario]
    if let variant { words += ["--variant", variant] }
    return (words + ["--seed", "\(result.seed)", "--replications", "\(result.replications)"])
      .joined(separator: " ")
  }

  private func write(_ result: StudyResult, to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let place = URL(fileURLWithPath: folder, isDirectory: true)
      try Data(try JSONReport.render([result]).utf8)
        .write(to: place.appendingPathComponent("summary.json"), options: .atomic)
      try Data(MarkdownReport.render(result, command: command(result)).utf8)
        .write(to: place.appendingPathComponent("summary.md"), options: .atomic)
    } catch {
      Streams.say("fleetshift: cannot write into '\(folder)': \(error.localizedDescription)")
      throw ExitStatus.io.exit
    }
  }
}
