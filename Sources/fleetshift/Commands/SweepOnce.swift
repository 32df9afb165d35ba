internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import RunStore
internal import ScenarioFormat

/// Plan, run and report in one go; or the search for a break-even.
struct SweepOnce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "once", abstract: "Plans, runs and reports in one go (the default).")

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var sweep: SweepOptions

  @Option(
    name: .shortAndLong, help: "Keep the sweep in this folder; otherwise it is gone at the end.",
    completion: .directory)
  var out: String?

  @Option(help: "How to print the result: text, json, markdown or csv.")
  var format = SweepFormat.text

  @Option(
    help: ArgumentHelp(
      "Instead of a table of points: where does this hold, as --by goes from --from to --to?",
      valueName: "equation"))
  var solve: String?

  @Option(help: ArgumentHelp("With --solve: what is changed.", valueName: "path"))
  var by: String?

  @Option(help: "With --solve: the least value, such as 10 or '10 s'.")
  var from: String?

  @Option(help: "With --solve: the greatest value.")
  var to: String?

  func validate() throws {
    if solve == nil {
      if by != nil || from != nil || to != nil {
        throw ValidationError("--by, --from and --to go with --solve.")
      }
      if sweep.over.isEmpty {
        throw ValidationError(
          "Say what is varied, such as --over 'limits.host-out=1,2,4', or what is sought, with --solve.")
      }
    } else {
      if by == nil || from == nil || to == nil {
        throw ValidationError("--solve needs --by PATH --from VALUE --to VALUE.")
      }
      if !sweep.over.isEmpty || out != nil || format == .csv {
        throw ValidationError("--solve goes without --over, --out and --format csv.")
      }
    }
  }

  func run() async throws {
    if let solve, let by, let from, let to { return try await search(solve, by, from, to) }
    if let out { try ResultFolder.check(forRun: out, reading: [scenario]) }
    let manifest = try sweep.manifest(scenario)
    let path =
      out
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("fleetshift-\(UUID().uuidString)").path
    defer { if out == nil { try? FileManager.default.removeItem(atPath: path) } }
    let folder = try RunFolders.orExit { try RunFolder(creating: path, manifest) }
    try await RunFolders.runSweep(folder, threads: sweep.options.threads, sweep.options.watch.progress)
    try RunFolders.mergeSweep(folder, metrics: [], format)
  }

  private func search(_ text: String, _ path: String, _ from: String, _ to: String) async throws {
    let equation: MetricEquation
    do throws(ExpectationError) { equation = try MetricEquation(parsing: text) } catch {
      throw Clauses.refusal(error, in: text, option: "--solve")
    }
    let file = try sweep.options.read(scenario)
    let chosen = try sweep.options.pick(sweep.variant, from: file, scenario)
    do {
      let factor = try SweepFactor(parsing: "\(path)=\(from)..\(to)")
      guard case .range(let range) = factor.levels else {
        throw SweepError(
          "'\(from)' and '\(to)' are no ends of a range", remedy: "write two numbers, with one unit")
      }
      let point = SearchPoint(
        text: file.text ?? "", name: scenario, path: path, scenario: chosen,
        settings: sweep.options.choice.pairs, equation: equation,
        threads: sweep.options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
      let found = try await BreakEven.search(equation, path: path, in: range) { try await point.sides($0) }
      switch format {
      case .json: try Streams.output(try SweepResultReport.json(found))
      case .markdown: try Streams.output(SweepResultReport.markdown(found))
      case .text, .csv: try Streams.output(SweepResultReport.text(found, style: Streams.style))
      }
    } catch let error as SweepError {
      throw Streams.refusal(error.message, error.remedy)
    } catch let error as ExpectationError {
      throw Clauses.refusal(error, in: text, option: "--solve")
    }
  }
}

/// Simulates one point of a search.
private struct SearchPoint: Sendable {
  let text: String
  let name: String
  let path: String
  let scenario: Scenario
  let settings: [(path: String, value: String)]
  let equation: MetricEquation
  let threads: Int

  func sides(_ value: String) async throws -> BreakEven.Sides? {
    let file = ScenarioFile(
      text: text, name: name, variant: scenario.variant,
      settings: settings.map { ScenarioFile.Setting($0.path, $0.value) }, point: [.init(path, value)],
      option: "--by")
    guard !file.hasErrors, var changed = file.scenarios.first else {
      Streams.put(file.problems)
      throw ExitStatus.badInput.exit
    }
    (changed.seed, changed.replications) = (scenario.seed, scenario.replications)
    let study = Study([changed], replications: changed.replications, threads: threads)
    guard let ledgers = try await study.run(progress: StudyProgress())?.first else { return nil }
    let names = ExpectationNames(of: changed)
    var sides: BreakEven.Sides = ([], [])
    for ledger in ledgers {
      guard let pair = try equation.sides(StudyResult(changed, [ledger]), names: names) else { return nil }
      sides.left.append(pair.left)
      sides.right.append(pair.right)
    }
    return sides
  }
}
