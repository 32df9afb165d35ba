internal import ArgumentParser
internal import FleetExperiments
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
    let file = ProfileFile(path: name)
    try file.orExit()
    guard let profile = file.profile else { throw ExitStatus.badInput.exit }
    return profile
  }
}

/// A file that was read and may be wrong.
protocol CheckedFile {
  var hasErrors: Bool { get }
  var isMissing: Bool { get }
  var problems: String { get }
}

extension CheckedFile {
  /// Says what is wrong with it, and ends the program if anything is.
  func orExit() throws {
    if !problems.isEmpty { Streams.put(problems) }
    if isMissing { throw ExitStatus.noInput.exit }
    if hasErrors { throw ExitStatus.badInput.exit }
  }
}

extension DatasetFile: CheckedFile {}
extension CaseFile: CheckedFile {}
extension RoundsFile: CheckedFile {}
extension ProfileFile: CheckedFile {}
