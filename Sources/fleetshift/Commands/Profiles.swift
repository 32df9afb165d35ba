internal import ArgumentParser
internal import FleetExperiments
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
      let shipped = RigProfile.shipped
      let width = shipped.map(\.name.count).max() ?? 0
      for profile in shipped {
        let padding = String(repeating: " ", count: width - profile.name.count + 2)
        try Streams.output(profile.name + padding + profile.source + "\n")
      }
      return
    }
    try Streams.output(ProfileText.yaml(try ProfileOptions.read(name)))
  }
}
