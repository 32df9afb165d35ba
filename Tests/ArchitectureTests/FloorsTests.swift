import Foundation
import Testing

/// An arrow only ever points down: a file on a lower floor never knows one above it.
@Suite struct FloorsTests {
  /// The plan of the house, lowest floor first.
  static let floors: [[String]] = [
    [
      "CGSL", "CLibCrypto", "CLinux", "CNBD", "CUring", "CXXHash", "CZlib", "CZstd", "Quantities",
      "ImageFiles",
    ],
    ["DiscreteEvent", "DiskImages"],
    ["CutoverCore", "FleetModel"],
    ["MigrationStrategies", "MigrationPolicy"],
    ["MigrationPhysics", "FleetSimulation", "ImageCutover"],
    ["FleetExperiments", "ScenarioFormat"],
    ["RunStore"],
    ["FleetReports"],
    ["fleetshift"],
  ]

  /// The arrows within a floor that are meant.
  static let sideways: Set<String> = [
    "ImageFiles -> CLinux", "FleetModel -> CutoverCore", "FleetSimulation -> MigrationPhysics",
    "ScenarioFormat -> FleetExperiments",
  ]

  /// These build and run without a simulator and without the GNU Scientific Library, whose licence is another.
  static let free = [
    "Quantities", "CutoverCore", "MigrationStrategies", "ImageFiles", "DiskImages", "ImageCutover",
  ]
  static let simulator = [
    "CGSL", "DiscreteEvent", "FleetModel", "MigrationPolicy", "MigrationPhysics", "FleetSimulation",
  ]

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The imports of a module's files, as `file: module`.
  private static func imports(of module: String) throws -> [(file: String, module: String)] {
    let folder = root.appendingPathComponent("Sources/\(module)")
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL])
    var found: [(String, String)] = []
    for file in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let word = words.firstIndex(of: "import"), word <= 2, words.count > word + 1 else { continue }
        guard
          words[..<word].allSatisfy({
            ["public", "package", "internal", "private", "@testable"].contains($0)
          })
        else { continue }
        found.append(("\(module)/\(file.lastPathComponent)", String(words[word + 1])))
      }
    }
    return found
  }

  /// The breaches of the plan among the given imports.
  static func breaches(of module: String, _ imports: [(file: String, module: String)]) -> [String] {
    let floorOf = { (name: String) in floors.firstIndex { $0.contains(name) } }
    guard let own = floorOf(module) else { return ["\(module) stands on no floor"] }
    return imports.compactMap { file, other in
      guard let floor = floorOf(other) else { return nil }
      if floor > own { return "\(file) knows \(other), which is above it" }
      if floor == own, !sideways.contains("\(module) -> \(other)") {
        return "\(file) knows \(other), which is beside it"
      }
      return nil
    }
  }

  @Test func everyFolderStandsOnAFloor() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path)
    let known = Set(Self.floors.joined())
    #expect(folders.filter { !$0.hasPrefix(".") && !known.contains($0) && $0 != "fleetshift-bench" } == [])
  }

  @Test(arguments: floors.flatMap { $0 }.filter { !$0.hasPrefix("C") || $0 == "CutoverCore" })
  func arrowsPointDown(_ module: String) throws {
    let imports = try Self.imports(of: module)
    #expect(Self.breaches(of: module, imports) == [])
  }

  @Test(arguments: free)
  func theCoreIsFreeOfSimulatorAndGSL(_ module: String) throws {
    let forbidden = try Self.imports(of: module).filter { Self.simulator.contains($0.module) }
    #expect(forbidden.map { "\($0.file) imports \($0.module)" } == [])
  }

  @Test func aPlantedUpwardImportIsSeen() {
    let planted = [(file: "CutoverCore/Planted.swift", module: "FleetSimulation")]
    #expect(
      Self.breaches(of: "CutoverCore", planted)
        == ["CutoverCore/Planted.swift knows FleetSimulation, which is above it"])
    #expect(Self.breaches(of: "CutoverCore", [("CutoverCore/Planted.swift", "FleetModel")]).count == 1)
  }
}
