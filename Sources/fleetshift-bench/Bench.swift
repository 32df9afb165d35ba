internal import ArgumentParser

/// Runs the kernel on workloads that other simulators run too, and prints what it cost and what came out.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleetshift-bench",
    abstract: "Times the event queue and the flow network on the workloads of Tests/Peers.",
    subcommands: [Flows.self, Events.self, Changes.self])
}
