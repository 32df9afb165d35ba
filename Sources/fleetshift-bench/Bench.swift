internal import ArgumentParser

/// Runs the kernel on workloads that other simulators run too, and the fleet loop on scenarios, and prints what it cost
/// and what came out.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleetshift-bench",
    abstract: "Times the event queue, the flow network and the fleet loop.",
    subcommands: [Flows.self, Events.self, Changes.self, LiveRun.self, FleetRun.self])
}
