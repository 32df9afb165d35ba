internal import ArgumentParser
internal import FleetExperiments
internal import Foundation
internal import MigrationPhysics
internal import ScenarioFormat

/// Which rig predictions are made for.
struct ProfileOptions: ParsableArguments {
  @Option(
    help: "The rig: a shipped profile by name, or a YAML file (see Scenarios/profiles).",
    completion: .file(extensions: ["yaml", "yml"]))
  var profile = RigProfile.qemuTCG.name

  func read() throws -> RigProfile { try Self.read(profile) }

  static func read(_ name: String) throws -> RigProfile {
    if let shipped = RigProfile.shipped.first(where: { $0.name == name }) { return shipped }
    // A bare word that is no file was meant for a name.
    if !name.contains("/"), !name.contains("."), !FileManager.default.fileExists(atPath: name) {
      Streams.say(
        "fleetshift: no profile is called '\(name)'; there are: "
          + RigProfile.shipped.map(\.name).joined(separator: ", ") + "; or give a YAML file")
      throw ExitStatus.noInput.exit
    }
    let file = ProfileFile(path: name)
    try file.orExit()
    guard let profile = file.profile else { throw ExitStatus.badInput.exit }
    return profile
  }
}

extension CheckedFile {
  /// Says what is wrong with it, and ends the program if anything is.
  func orExit() throws {
    if hasProblems { Streams.put(problems) }
    if isMissing { throw ExitStatus.noInput.exit }
    if hasErrors { throw ExitStatus.badInput.exit }
  }
}
