internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Holds variants of a scenario, or kept results of it, against the first of them, pair by pair.",
    usage: """
      fleetshift compare <scenario> [--variants <a,b,...>] [<options>]
      fleetshift compare <scenario or result> <scenario or result> ... [<options>]
      """,
    discussion: """
      All meet the same guests, the same wishes and the same luck: replication by replication they are pairs. 'base' is \
      the scenario as it stands; without --variants it is held against all its variants.

      A result is a summary.json or its folder, as `run --out` and `baseline save` write them. It does not know its VMs \
      one by one: which of them are better off is said of variants that are simulated here. Where the results differ in \
      their numbers of replications, the first of them are compared.

      Ends with 5 if two of them are no pair.
      """)

  @Argument(help: "A scenario, or scenarios and results.", completion: .file())
  var inputs: [String]

  @OptionGroup var options: ScenarioOptions

  @Option(help: "The variants of the one scenario, the reference first, such as: warm,cold,live-first")
  var variants: String?

  @Option(help: "How to print the comparison: text, json or markdown.")
  var format = OutputFormat.text

  private var names: [String]? {
    variants.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  func validate() throws {
    if let names {
      if inputs.count != 1 { throw ValidationError("--variants goes with one scenario.") }
      if names.count < 2 || names.contains("") || Set(names).count < names.count {
        throw ValidationError(
          "--variants takes different names with commas between, such as: base,cold")
      }
    }
    if names == nil, inputs.count == 1, !ResultFile.isScenario(inputs[0]), inputs[0] != "-" {
      throw ValidationError("A result needs another one, or a scenario, to be held against.")
    }
  }

  func run() async throws {
    let sides = try await inputs.count == 1 ? variantSides(inputs[0]) : inputSides()
    let comparison: Comparison
    do { comparison = try Comparison(sides) } catch {
      Streams.say("these cannot be compared: \(error)", remedy: error.remedy)
      throw ExitStatus.incomparable.exit
    }
    switch format {
    case .text:
      try Streams.output(ComparisonReport.text(comparison, style: Streams.style))
    case .json: try Streams.output(try ComparisonReport.json(comparison))
    case .markdown: try Streams.output(ComparisonReport.markdown(comparison))
    }
  }

  private func variantSides(_ path: String) async throws -> [Comparison.Side] {
    let file = try options.read(path)
    let names = names ?? [ScenarioFile.baseName] + file.variants
    guard names.count > 1 else {
      throw Streams.refusal(
        "'\(path)' has no variants to compare", "name another scenario, or a result, to hold it against")
    }
    let scenarios = try names.map { try options.pick($0, from: file, path) }
    let ledgers = try await options.simulate(scenarios)
    return zip(zip(names, scenarios), ledgers).map { named, ledgers in
      Comparison.Side(name: named.0, result: StudyResult(named.1, ledgers), ledgers: ledgers)
    }
  }

  private func inputSides() async throws -> [Comparison.Side] {
    var sides: [Comparison.Side] = []
    for (name, input) in zip(ResultFile.names(of: inputs), inputs) {
      guard ResultFile.isScenario(input) else {
        sides.append(Comparison.Side(name: name, result: try ResultFile.read(input)))
        continue
      }
      let scenario = try options.pick(nil, from: try options.read(input), input)
      let ledgers = try await options.simulate([scenario])[0]
      sides.append(Comparison.Side(name: name, result: StudyResult(scenario, ledgers), ledgers: ledgers))
    }
    return sides
  }
}
