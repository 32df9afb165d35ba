internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import ScenarioFormat

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates a scenario and prints what it came to.",
    usage: "fleetshift run <scenario> [<options>]\nfleetshift run --explain-defaults",
    discussion: "Ends with 2 if an expectation of the scenario does not hold.")

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String?

  @OptionGroup var options: ScenarioOptions

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(help: "How to print the result: text, json or markdown.")
  var format = OutputFormat.text

  @Option(
    help: "Also write summary.json, summary.md and course.json into this folder, for check and report.",
    completion: .directory)
  var out: String?

  @Option(help: "Also write one row per attempt to this CSV file.", completion: .file(extensions: ["csv"]))
  var attempts: String?

  @Flag(help: "Print every default of the scenario format and its meaning, and stop.")
  var explainDefaults = false

  func validate() throws {
    if scenario == nil, !explainDefaults { throw ValidationError("Missing expected argument '<scenario>'") }
  }

  func run() async throws {
    guard let path = scenario, !explainDefaults else {
      for line in ScenarioGrammar.defaults {
        try Streams.output("\(line.path): \(line.value)\t# \(line.doc)\n")
      }
      return
    }
    let file = try options.read(path)
    let scenario = try options.pick(variant, from: file, path)
    let folder = try out.map { try ResultFolder($0) }
    let rows = try attempts.map { try AttemptFile($0) }
    // When things happened is only of interest to who keeps the result.
    let recorder = folder == nil ? nil : CourseRecorder(scenario)
    var sinks: [any AttemptSink] = []
    if let rows { sinks.append(rows) }
    if let recorder { sinks.append(recorder) }
    let result = try await options.result(
      of: scenario, from: file, path, attempts: sinks.isEmpty ? nil : AttemptSinks(sinks))
    try rows?.publish()
    if let folder, let recorder {
      try folder.publish([
        ("summary.json", try JSONReport.render([result])),
        ("summary.md", MarkdownReport.render(result, command: command(path, result))),
        (CourseFile.name, try CourseFile.text(recorder.course(replications: result.replications))),
      ])
    }
    try Streams.output(try render(result, path))
    if result.expectations.contains(where: { !$0.held }) { throw ExitStatus.broken.exit }
  }

  private func render(_ result: StudyResult, _ path: String) throws -> String {
    switch format {
    case .text: return TextReport.render(result, style: Streams.style)
    case .json: return try JSONReport.render([result])
    case .markdown: return MarkdownReport.render(result, command: command(path, result))
    }
  }

  /// What to type for the very same result.
  private func command(_ path: String, _ result: StudyResult) -> String {
    var words = ["fleetshift", "run", path]
    if let variant { words += ["--variant", variant] }
    return (words + ["--seed", "\(result.seed)", "--replications", "\(result.replications)"])
      .joined(separator: " ")
  }
}
