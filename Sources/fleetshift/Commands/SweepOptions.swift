internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import RunStore
internal import ScenarioFormat

/// What is varied and what is asked of it: the plan of a sweep, from the command line.
struct SweepOptions: ParsableArguments {
  @OptionGroup var options: ScenarioOptions

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(
    help: ArgumentHelp(
      """
      What is varied; once for each. Values are a list (1,2,4), whole numbers (40..80), or a range in steps (1..25 \
      Gbit/s/8: 8 steps, 9 values with both ends). A path is that of a variant's override.
      """, valueName: "path=values"))
  var over: [String] = []

  @Option(
    help: """
      Which points: grid (all combinations), lhs (Latin hypercube), sobol (Sobol's sequence), or sensitivity (for \
      first-order and total indices).
      """)
  var design = Design.grid

  @Option(parsing: .unconditional, help: "How many points; a grid has as many as it has.")
  var points: Int?

  @Option(
    help: ArgumentHelp(
      """
      What is shown of each point, such as 'p95(downtime)' or 'total(completed of warm)'; once for each. Default: \
      \(SweepQuestion.usualMetrics.joined(separator: ", ")).
      """, valueName: "expression"))
  var metric: [String] = []

  @Option(
    parsing: .unconditional, help: "Into how many shards the work is cut; has no part in the result.",
    transform: WholeNumber(1...RunManifest.mostShards).read)
  var shards: Int?

  enum Design: String, ExpressibleByArgument, CaseIterable {
    case grid, lhs, sobol, sensitivity
  }

  /// The plan, once every point of it has been read and found fit to be simulated.
  func manifest(_ path: String) throws -> RunManifest {
    let file = try options.read(path)
    let scenario = try options.pick(variant, from: file, path)
    let metrics = metric.isEmpty ? SweepQuestion.usualMetrics : metric
    for text in metrics { try check(text, scenario) }
    do {
      var factors: [SweepFactor] = []
      for text in over { factors.append(try SweepFactor(parsing: text)) }
      let design = SweepDesign(rawValue: design.rawValue) ?? .grid
      let points = try design.points(factors, count: points, seed: scenario.seed)
      let manifest = RunManifest(
        tool: Version.text,
        scenario: .init(
          name: scenario.name, file: URL(fileURLWithPath: path).lastPathComponent, text: file.text ?? ""),
        variant: scenario.variant, settings: options.choice.pairs.map { .init($0.path, $0.value) },
        seed: scenario.seed, replications: scenario.replications, record: .totals,
        design: design, factors: factors, points: points, metrics: metrics, shards: shards)
      try check(manifest)
      return manifest
    } catch let error as SweepError {
      throw Streams.refusal(error.message, error.remedy)
    }
  }

  /// Reads the scenario of each point, and shows what is wrong with the first that is not accepted.
  private func check(_ manifest: RunManifest) throws {
    var file: ScenarioFile?
    for point in manifest.points.indices {
      let next = manifest.file(ofPoint: point, after: file)
      if next.hasErrors {
        Streams.put(next.problems)
        throw ExitStatus.badInput.exit
      }
      file = file ?? next
    }
  }

  private func check(_ text: String, _ scenario: Scenario) throws {
    do throws(ExpectationError) { _ = try MetricExpression(parsing: text) } catch {
      throw Clauses.refusal(error, in: text, option: "--metric")
    }
  }
}

/// How a sweep's result is printed.
enum SweepFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, markdown, csv
}

extension RunFolders {
  /// Opens the folder of a sweep.
  static func openSweep(_ path: String) throws -> RunFolder {
    let folder = try open(path)
    guard folder.manifest.isSweep else {
      throw exit(
        for: RunStoreError(
          .incomparable, "'\(path)' holds a run, not a sweep",
          remedy: "go on with `fleetshift run --resume --out \(path)`"))
    }
    return folder
  }

  /// Simulates what is missing of a sweep, on this machine.
  static func runSweep(_ folder: RunFolder, threads: Int?, _ watch: ProgressMode) async throws {
    let count = folder.manifest.shards
    let shards = (0..<count).map { folder.manifest.shard($0, of: count) }
    try await run(shards, of: folder, threads: threads, watch, resume: "fleetshift sweep run \(folder.path)")
  }

  /// Adds up all shards, writes the reports and prints one of them.
  static func mergeSweep(_ folder: RunFolder, metrics: [String], _ format: SweepFormat) throws {
    let result: SweepResult
    do { result = try orExit { try folder.sweepResult(metrics.isEmpty ? nil : metrics) } } catch let error
      as ExpectationError
    {
      Streams.say(error.message, remedy: error.remedy)
      throw ExitStatus.usage.exit
    }
    let json = try SweepResultReport.json(result)
    try orExit {
      try folder.publish([
        ("replications.csv", SweepResultReport.replications(result)),
        ("summary.md", SweepResultReport.markdown(result)), ("summary.json", json),
      ])
    }
    switch format {
    case .text: try Streams.output(SweepResultReport.text(result, style: Streams.style))
    case .json: try Streams.output(json)
    case .markdown: try Streams.output(SweepResultReport.markdown(result))
    case .csv: try Streams.output(SweepResultReport.csv(result))
    }
  }
}
