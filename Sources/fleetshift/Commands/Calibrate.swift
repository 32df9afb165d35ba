internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct Calibrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fits figures of a scenario that nobody knows to totals that are known.",
    discussion: """
      What is free is looked for between two ends so that the targets are met:

        fleetshift calibrate year.yaml -o fitted.yaml \\
          --free 'mechanics.stream-rate.lognormal.median=300..800 MB/s' --free 'demand.resize.rate=20..40 / d' \\
          --target 'total(saved) = 6100 h within 2 %' --target 'total(completed of warm) = 58000 within 1 %'

      Paths are those of variants' overrides, targets are written as the clauses of 'expect:' are. A share of a mix can be \
      free if another of them takes what it leaves: --rest 'fleet.vms.*.flavor.linode-2gb'.

      A target is what was observed in one history of the fleet, and a metric is what it comes to in a replication, on \
      average. The error of each parameter is told, and which of them the targets do not tell apart.
      """)

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var options: ScenarioOptions

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(
    help: ArgumentHelp(
      "A figure to be found, and between which ends; once for each. Ends ten times apart are searched by factors.",
      valueName: "path=low..high"))
  var free: [String] = []

  @Option(
    help: ArgumentHelp(
      "The share that takes what free shares of the same mix leave of 100 %.", valueName: "path"))
  var rest: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      What is to be met, such as 'total(transferred) = 11.6 PB within 1 %'; once for each (default: the scenario's \
      expectations that say 'is'; without 'within', 1 %).
      """, valueName: "equation"))
  var target: [String] = []

  @Option(
    name: .shortAndLong, help: "Writes the fitted scenario to this file: its text with the figures replaced.",
    completion: .file(extensions: ["yaml"]))
  var output: String?

  @Flag(help: "Overwrites the file of --output.")
  var force = false

  @Option(help: "How to print the fit: text, json or markdown.")
  var format = OutputFormat.text

  func validate() throws {
    if free.isEmpty {
      throw ValidationError(
        "Say what is to be fitted, such as --free 'mechanics.stream-rate.lognormal.median=300..800 MB/s'.")
    }
  }

  func run() async throws {
    let place = try output.map { try OutputPlace($0, nil, reading: [scenario]) }
    try place.map(refuseToOverwrite)
    let file = try options.read(scenario)
    let chosen = try options.pick(variant, from: file, scenario)
    let (text, settings) = (
      file.text ?? "", options.choice.pairs.map { ScenarioFile.Setting($0.path, $0.value) }
    )
    do {
      let parameters = try free.map { try FreeParameter(parsing: $0) }
      guard
        let written = ScenarioText(text, name: scenario, variant: chosen.variant, settings: settings)
      else { throw ExitStatus.badInput.exit }
      try checkShares(parameters, written)
      let point = CalibrationPoint(
        text: text, name: scenario, scenario: chosen, given: settings, paths: parameters.map(\.path),
        rests: rest,
        written: written, targets: try targets(of: chosen),
        threads: options.threads ?? ProcessInfo.processInfo.activeProcessorCount)
      let search = try CalibrationSearch(
        parameters, start: try parameters.map { try start(of: $0, in: written) }, targets: point.targets)
      try check(search, point)
      let progress = CalibrationProgress()
      let ticker = progress.ticker(options.watch.progress)
      let fit: Calibration
      do {
        var isDone = false
        defer { ticker?.stop(isDone: isDone) }
        fit = try await search.fit(
          of: chosen.name, variant: chosen.variant, seed: chosen.seed, replications: chosen.replications
        ) { try await point.sides($0, progress) }
        isDone = true
      }
      if let place {
        let replaced = try written.replacing(point.settings(fit.parameters.map(\.text)), after: settings)
        let source = URL(fileURLWithPath: scenario).lastPathComponent
        try refuseToOverwrite(place)
        try place.write(CalibrationReport.comment(fit, source: source, version: Version.text) + replaced)
      }
      try show(fit)
      if !fit.isMet { throw ExitStatus.broken.exit }
    } catch let error as SweepError {
      throw Streams.refusal(error.message, error.remedy)
    } catch let error as ScenarioTextError {
      throw Streams.refusal(error.message, error.remedy)
    } catch let error as ExpectationError {
      throw Streams.refusal(error.message, error.remedy)
    }
  }

  private func targets(of scenario: Scenario) throws -> [CalibrationTarget] {
    guard target.isEmpty else {
      return try target.map { text in
        do throws(ExpectationError) { return try CalibrationTarget(parsing: text) } catch {
          throw Clauses.refusal(error, in: text, option: "--target")
        }
      }
    }
    return CalibrationTarget.targets(among: try scenario.expectations.map { try Expectation.parse($0) })
  }

  private func start(of parameter: FreeParameter, in written: ScenarioText) throws -> Double {
    let text = try written.figure(at: parameter.path)
    guard let start = parameter.start(text) else {
      throw SweepError(
        "'\(parameter.path)' is \(text) in the scenario, and its range is in '\(parameter.range.unit)'",
        remedy: "write the ends in the same kind of unit")
    }
    return start
  }

  /// A share cannot change alone.
  private func checkShares(_ parameters: [FreeParameter], _ written: ScenarioText) throws {
    for parameter in parameters {
      let others = try written.othersOfWhole(at: parameter.path)
      let place = parameter.path.split(separator: ".").dropLast().joined(separator: ".")
      guard !others.isEmpty, !rest.contains(where: { $0.hasPrefix(place + ".") }) else { continue }
      let free = Set(parameters.map(\.path))
      let first = others.first { !free.contains("\(place).\($0)") } ?? others[0]
      throw SweepError(
        "'\(parameter.path)' is a share of a whole: what it takes, another has to give",
        remedy: "say which, such as --rest '\(place).\(first)'")
    }
  }

  /// Whether the scenario is one at both ends of the ranges, knows the names in the targets, and can be written.
  private func check(_ search: CalibrationSearch, _ point: CalibrationPoint) throws {
    for end in [
      search.parameters.map { $0.range.text($0.range.low) },
      search.parameters.map { $0.range.text($0.range.high) },
    ] {
      let changed = try point.scenario(with: end)
      let nothing = StudyResult(changed, [Ledger(try Simulation(changed, replication: 0).names)])
      for (index, target) in search.targets.enumerated() {
        do throws(ExpectationError) {
          _ = try target.sides(nothing, names: ExpectationNames(of: changed))
        } catch {
          let text = self.target.isEmpty ? search.targets[index].text : self.target[index]
          throw Clauses.refusal(error, in: text, option: "--target")
        }
      }
    }
    guard output != nil else { return }
    let start = search.parameters.map { $0.range.text($0.range.low) }
    _ = try point.written.replacing(point.settings(start), after: point.given)
  }

  private func refuseToOverwrite(_ place: OutputPlace) throws {
    // A device or a pipe is written to and not replaced.
    guard !force, place.kind == .file, FileManager.default.fileExists(atPath: place.name) else { return }
    throw Streams.refusal("'\(place.name)' exists already", "another name, or --force")
  }

  private func show(_ fit: Calibration) throws {
    switch format {
    case .text: try Streams.output(CalibrationReport.text(fit, style: Streams.style))
    case .json: try Streams.output(try CalibrationReport.json(fit))
    case .markdown: try Streams.output(CalibrationReport.markdown(fit))
    }
  }
}
