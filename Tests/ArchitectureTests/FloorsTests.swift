import Foundation
import Testing

/// An arrow only ever points down: a file on a lower floor never knows one above it.
@Suite struct FloorsTests {
  /// The plan of the house, lowest floor first.
  static let floors: [[String]] = [
    [
      "CBuild", "CGSL", "CLibCrypto", "CLinux", "CNBD", "CUring", "CXXHash", "CZlib", "CZstd", "Quantities",
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
    return try files.filter { $0.pathExtension == "swift" }.flatMap { file in
      Self.imported(in: try String(contentsOf: file, encoding: .utf8)).map {
        ("\(module)/\(file.lastPathComponent)", $0)
      }
    }
  }

  /// The modules that a file imports, in whatever form: with attributes, an access level, for a single name.
  static func imported(in text: String) -> [String] {
    let attributes = /[ \t]*(?:@[A-Za-z_]+(?:\([^)]*\))?[ \t]+)*/
    let form =
      /(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)/
    return text.split { $0 == "\n" || $0 == ";" }.lazy.filter { $0.contains("import") }.compactMap { line in
      line.trimmingPrefix(attributes).prefixMatch(of: form).map { String($0.1) }
    }
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

  @Test(arguments: free)
  func nothingOfTheSimulatorIsLinkedWithTheCore(_ module: String) throws {
    #expect(try Manifest.read().closure(of: module).intersection(Self.simulator) == [])
  }

  @Test func noTargetMayUseWhatIsAboveIt() throws {
    let manifest = try Manifest.read()
    #expect(manifest.dependencies.count > 40)
    for module in Self.floors.joined() {
      let arrows = (manifest.dependencies[module] ?? []).sorted().map { ("Package.swift", $0) }
      #expect(Self.breaches(of: module, arrows) == [])
      #expect(!manifest.closure(of: module).contains(module), "\(module) is on a circle")
    }
  }

  @Test func everyFormOfAnImportIsSeen() {
    let text = """
      import A
      public import B
      @preconcurrency internal import struct C.Inner
        @testable import D
      @_spi(Inside) import E
      // import F
      let words = "import G"
      @_exported
      import H
      import I; internal import J
      """
    #expect(Self.imported(in: text) == ["A", "B", "C", "D", "E", "H", "I", "J"])
  }

  @Test func plantedArrowsOfTheManifestAreSeen() throws {
    var text = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    text.replace(
      "floor(\"CutoverCore\", [\"Quantities\"])",
      with: "floor(\"CutoverCore\", [\"Quantities\", \"ImageCutover\"])")
    text.replace("floor(\"Quantities\")", with: "floor(\"Quantities\", [\"CGSL\"])")
    let planted = Manifest(text)
    #expect(planted.closure(of: "CutoverCore").contains("CutoverCore"))
    #expect(planted.closure(of: "ImageCutover").contains("CGSL"))
    #expect(Self.breaches(of: "CutoverCore", [("Package.swift", "ImageCutover")]).count == 1)
  }

  @Test func aPlantedUpwardImportIsSeen() {
    let planted = [(file: "CutoverCore/Planted.swift", module: "FleetSimulation")]
    #expect(
      Self.breaches(of: "CutoverCore", planted)
        == ["CutoverCore/Planted.swift knows FleetSimulation, which is above it"])
    #expect(Self.breaches(of: "CutoverCore", [("CutoverCore/Planted.swift", "FleetModel")]).count == 1)
  }
}
