internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a change of policy makes any class of VMs worse off; for CI.",
    usage: """
      fleetshift check <before> <after> [<options>]
      fleetshift check <scenario> ... --baseline <folder> [<options>]
      """,
    discussion: """
      Each side is a scenario, which is run, or a result: a summary.json or its folder. With --baseline each scenario is \
      held against <folder>/<its name>/summary.json, which `run --out` has written.

      Ends with 0 if nothing is worse, with 2 if something is, or an expectation is broken; with 4, only if \
      --detailed-exitcode asks for it, if something changed and is not worse; with 5 if the two are no pair.
      """)

  @Argument(help: "Scenarios or results.", completion: .file())
  var inputs: [String]

  @OptionGroup var options: ScenarioOptions

  @Option(help: "A folder with a result for each scenario.", completion: .directory)
  var baseline: String?

  @Option(help: "By how much a figure may be worse, in per cent of what it was.")
  var tolerance = 1.0

  @Flag(help: "Any difference at all is too much: for changes that are to change nothing.")
  var exact = false

  @Flag(help: "End with 4 if something changed and is not worse.")
  var detailedExitcode = false

  @Option(help: "How to print what was found: text, json or markdown.")
  var format = OutputFormat.text

  @Option(help: "Also write a JUnit file.", completion: .file(extensions: ["xml"]))
  var junit: String?

  @Option(help: "Also write a Markdown file, fit for a comment.", completion: .file(extensions: ["md"]))
  var markdown: String?

  @Flag(help: "Also print annotations for GitHub, on standard error.")
  var github = false

  func validate() throws {
    if baseline == nil, inputs.count != 2 {
      throw ValidationError("Two things are held against each other: <before> and <after>, or --baseline.")
    }
    if exact, junit != nil || markdown != nil || github || format != .text {
      throw ValidationError("--exact says only whether the results differ: it has no other reports.")
    }
    if !(0...1000).contains(tolerance) {
      throw ValidationError("--tolerance takes a percentage from 0 to 1000, not \(tolerance).")
    }
  }

  func run() async throws {
    let pairs = try await pairs()
    if exact { return try judgeExactly(pairs) }
    var checks: [FleetExperiments.Check] = []
    for (before, after) in pairs {
      do {
        checks.append(try FleetExperiments.Check(before: before, after: after, tolerance: tolerance / 100))
      } catch {
        Streams.say("fleetshift: '\(after.scenario)' cannot be checked: \(error).")
        throw ExitStatus.incomparable.exit
      }
    }
    try publish(checks)
    try Streams.output(try render(checks))
    if checks.contains(where: { $0.outcome == .worse }) { throw ExitStatus.broken.exit }
    if detailedExitcode, checks.contains(where: { $0.outcome == .moved }) { throw ExitStatus.tolerated.exit }
  }

  private func judgeExactly(_ pairs: [(before: StudyResult, after: StudyResult)]) throws {
    let differing = try pairs.filter { try JSONReport.render([$0.before]) != JSONReport.render([$0.after]) }
    for (_, after) in pairs {
      let differs = differing.contains { $0.after.scenario == after.scenario }
      try Streams.output("\(after.scenario): \(differs ? "differs" : "the same, byte by byte")\n")
    }
    if !differing.isEmpty { throw ExitStatus.broken.exit }
  }

  private func render(_ checks: [FleetExperiments.Check]) throws -> String {
    switch format {
    case .text: checks.map { CheckReport.text($0, style: Streams.style) }.joined(separator: "\n")
    case .json: try CheckReport.json(checks)
    case .markdown: CheckReport.markdown(checks)
    }
  }

  private func publish(_ checks: [FleetExperiments.Check]) throws {
    for (path, text) in [(junit, JUnitReport.render(checks)), (markdown, CheckReport.markdown(checks))] {
      guard let path else { continue }
      do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
        Streams.say("fleetshift: cannot write '\(path)': \(error.localizedDescription)")
        throw ExitStatus.io.exit
      }
    }
    if github { Streams.put(CheckReport.annotations(checks)) }
  }

  // MARK: - What is held against what

  private func pairs() async throws -> [(before: StudyResult, after: StudyResult)] {
    guard let baseline else {
      return [(try await result(of: inputs[0]), try await result(of: inputs[1]))]
    }
    var pairs: [(StudyResult, StudyResult)] = []
    for input in inputs {
      let after = try await result(of: input)
      pairs.append((try ResultFile.read("\(baseline)/\(after.scenario)/summary.json"), after))
    }
    return pairs
  }

  private func result(of input: String) async throws -> StudyResult {
    guard ResultFile.isScenario(input) else { return try ResultFile.read(input) }
    let file = try options.read(input)
    let scenario = try options.pick(nil, from: file, input)
    return try await options.result(of: scenario, from: file)
  }
}
