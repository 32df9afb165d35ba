internal import ArgumentParser
internal import FleetReports
internal import FleetSimulation
internal import Foundation
internal import Quantities
internal import ScenarioFormat

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Writes one replication as a timeline for the Perfetto UI (ui.perfetto.dev) or chrome://tracing.",
    discussion: """
      Hosts are processes and their slots threads; migrations are slices with their rounds, pauses and outages in them.

        fleetshift trace Scenarios/rackspace-kernel-upgrade.yaml --until 10d -o trace.json
      """)

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var options: ScenarioChoice

  @Option(help: "A variant of the scenario (default: the scenario as it stands).")
  var variant: String?

  @Option(
    parsing: .unconditional, help: "Which replication, the first being 0.", transform: WholeNumber.index.read)
  var replication = 0

  @Option(help: "Leave out what ends before this time, such as 36h.", transform: Trace.time)
  var from: Duration?

  @Option(help: "Leave out what begins after this time, such as 10d.", transform: Trace.time)
  var until: Duration?

  @Option(name: .shortAndLong, help: "The file to write.", completion: .file(extensions: ["json"]))
  var output: String

  private static func time(_ text: String) throws -> Duration {
    do { return try Duration(parsing: text) } catch { throw ValidationError("\(error)") }
  }

  func validate() throws {
    if let from, let until, until <= from { throw ValidationError("--until must come after --from.") }
  }

  func run() throws {
    let place = try OutputPlace(output, .trace, reading: [scenario])
    let file = try options.read(scenario)
    let scenario = try options.pick(variant, from: file, scenario)
    let page = try OutputFile(place)
    var simulation = try Simulation(scenario, replication: replication)
    let sites = (0..<simulation.hostCount).map { simulation.sketch(ofHost: $0).site }
    let window = (Instant.zero + (from ?? .zero))...(Instant.zero + (until ?? scenario.horizon))
    let listener = try Listener(
      TraceWriter(simulation.names, sites: sites, window: window) { try page.put($0) })
    simulation.noteSink = { listener.take($0) }
    simulation.run { time, _ in listener.fault == nil && time <= window.upperBound }
    try listener.close()
    try page.publish()
  }

  /// Writes what it hears. A class, for it is filled while the simulation runs.
  private final class Listener {
    private var writer: TraceWriter
    private(set) var fault: (any Error)?

    init(_ writer: TraceWriter) { self.writer = writer }

    func take(_ note: Note) {
      guard fault == nil else { return }
      do { try writer.add(note) } catch { fault = error }
    }

    func close() throws {
      if let fault { throw fault }
      try writer.finish()
    }
  }
}
