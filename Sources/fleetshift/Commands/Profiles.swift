internal import ArgumentParser
internal import FleetExperiments
internal import FleetReports
internal import MigrationPhysics
internal import ScenarioFormat

struct Profiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract:
      "Prints a shipped profile of a rig as YAML, to start one of your own from; without a name, the list of them."
  )

  @Argument(help: "The name of the profile.")
  var name: String?

  func run() throws {
    guard let name else {
      let shipped = RigProfile.shipped.map { (name: $0.name, text: $0.source) }
      return try Streams.output(ListReport.text(shipped, width: Streams.listWidth))
    }
    try Streams.output(ProfileText.yaml(try ProfileOptions.read(name)))
  }
}
