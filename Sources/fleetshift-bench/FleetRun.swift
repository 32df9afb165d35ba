internal import ArgumentParser
internal import FleetSimulation
internal import Quantities
internal import ScenarioFormat

/// The whole simulator on a scenario, for a number of events: what the fleet loop costs, and whether it allocates.
struct FleetRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "One replication of a scenario, up to a number of events.")

  @Argument(help: "The scenario.") var scenario = "Scenarios/akamai-warm-year.yaml"
  @Option(help: "Which variant; unsaid: the scenario as it stands.") var variant: String?
  @Option(help: "Events to handle; unsaid: all.") var events = Int.max

  func run() throws {
    let file = ScenarioFile(path: scenario)
    guard let scenario = file.scenario(variant: variant) else {
      throw ValidationError(file.hasErrors ? file.problems : "there is no variant '\(variant ?? "")'")
    }
    let setUp = Meter()
    var simulation = try Simulation(scenario, replication: 0)
    let setUpCost = setUp.elapsed
    let meter = Meter()
    var handled = 0
    let events = events
    while handled < events, simulation.step() { handled += 1 }
    let cpu = meter.elapsed
    let days = simulation.now.seconds / 86_400
    let attempts = simulation.finished().total.attempts
    print(
      "fleet scenario=\(scenario.name) events=\(handled) attempts=\(attempts) days=\(days.places(3))",
      "setup_s=\(setUpCost.places(3)) cpu_s=\(cpu.places(3))",
      "us_per_event=\((cpu / Double(max(1, handled)) * 1e6).places(3))",
      "us_per_attempt=\((cpu / Double(max(1, attempts)) * 1e6).places(3)) rss_mib=\(Meter.peakMemory.places(1))"
    )
  }
}
