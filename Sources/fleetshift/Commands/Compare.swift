internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import ScenarioFormat

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Holds two variants of a scenario against each other, pair by pair.",
    discussion:
      "Both meet the same guests, the same wishes and the same luck. 'base' is the scenario as it stands.")

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var options: ScenarioOptions

  @Option(help: "The two variants, such as: warm,cold")
  var variants: String

  @Option(help: "How to print the comparison: text, json or markdown.")
  var format = OutputFormat.text

  private var names: [String] {
    variants.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  func validate() throws {
    if names.count != 2 || names.contains("") || names[0] == names[1] {
      throw ValidationError("--variants takes two different names with a comma between, such as: base,cold")
    }
  }

  func run() async throws {
    let file = try options.read(scenario)
    let scenarios = try names.map { try options.pick($0, from: file, scenario) }
    let ledgers = try await options.simulate(scenarios)
    let comparison = Comparison(scenarios[0].name, (names[0], ledgers[0]), (names[1], ledgers[1]))
    switch format {
    case .text:
      try Streams.output(ComparisonReport.text(comparison, style: Streams.style))
    case .json: try Streams.output(try ComparisonReport.json(comparison))
    case .markdown: try Streams.output(ComparisonReport.markdown(comparison))
    }
  }
}
