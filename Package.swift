// swift-tools-version: 6.2
// The floors of the house: a target may only depend on targets listed above it.
import PackageDescription

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let swiftSystem: Package.Dependency = .package(
  url: "https://github.com/apple/swift-system", from: "1.8.1")

func floor(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], without: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, exclude: without,
    swiftSettings: house)
}

let package = Package(
  name: "fleetshift",
  products: [
    .executable(name: "fleetshift", targets: ["fleetshift"]),
    .library(name: "CutoverCore", targets: ["CutoverCore"]),
    .library(name: "MigrationStrategies", targets: ["MigrationStrategies"]),
    .library(name: "MigrationPhysics", targets: ["MigrationPhysics"]),
    .library(name: "FleetSimulation", targets: ["FleetSimulation"]),
    .library(name: "ImageCutover", targets: ["ImageCutover"]),
    // All that a package with strategies, rules or scores of its own needs to simulate them.
    .library(
      name: "FleetshiftKit",
      targets: [
        "Quantities", "CutoverCore", "FleetModel", "MigrationPolicy", "MigrationStrategies",
        "FleetSimulation",
        "FleetExperiments", "ScenarioFormat", "FleetReports",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    swiftSystem,
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // 0
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CUring", linkerSettings: [.linkedLibrary("uring")]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux"),
    .target(
      name: "CBuild",
      cSettings: Context.environment["FLEETSHIFT_COMMIT"].map {
        [.define("FLEETSHIFT_COMMIT", to: "\"\($0)\"")]
      } ?? []),
    .target(name: "CNBD"),
    floor("Quantities"),
    floor("ImageFiles", ["CLinux", system]),
    // 1
    floor("DiscreteEvent", ["CGSL", "Quantities"]),
    floor("DiskImages", ["CZlib", "CZstd", "ImageFiles", system]),
    // 2
    floor("CutoverCore", ["Quantities"]),
    floor("FleetModel", ["Quantities", "DiscreteEvent", "CutoverCore"]),
    // 3
    floor("MigrationStrategies", ["Quantities", "CutoverCore"]),
    floor("MigrationPolicy", ["Quantities", "DiscreteEvent", "CutoverCore", "FleetModel"]),
    // 4
    floor(
      "MigrationPhysics",
      ["Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationStrategies", "MigrationPolicy"]),
    floor(
      "FleetSimulation",
      [
        "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationStrategies", "MigrationPolicy",
        "MigrationPhysics",
      ]),
    floor(
      "ImageCutover",
      [
        "CLibCrypto", "CLinux", "CNBD", "CUring", "CXXHash", "Quantities", "CutoverCore",
        "MigrationStrategies", "ImageFiles", "DiskImages", system,
      ]),
    // 5
    floor(
      "FleetExperiments",
      [
        "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationPolicy", "MigrationPhysics",
        "FleetSimulation",
      ]),
    floor(
      "ScenarioFormat",
      [
        "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationPolicy", "MigrationStrategies",
        "MigrationPhysics", "FleetSimulation", "FleetExperiments", yams,
      ]),
    // 6
    floor(
      "RunStore",
      [
        "CXXHash", "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationPhysics",
        "FleetSimulation", "FleetExperiments", "ScenarioFormat", grdb,
      ]),
    // 7
    floor(
      "FleetReports",
      [
        "Quantities", "CutoverCore", "FleetModel", "MigrationPolicy", "MigrationPhysics", "FleetSimulation",
        "FleetExperiments",
      ]),
    // 8
    .executableTarget(
      name: "fleetshift",
      dependencies: [
        "CBuild", "CLinux", "Quantities", "CutoverCore", "MigrationStrategies", "MigrationPhysics",
        "FleetSimulation", "ImageCutover", "DiskImages", "ImageFiles", "ScenarioFormat",
        "FleetExperiments", "RunStore", "FleetReports", argumentParser, system,
      ],
      swiftSettings: house),
    .executableTarget(
      name: "fleetshift-bench",
      dependencies: [
        "Quantities", "DiscreteEvent", "CutoverCore", "MigrationStrategies", "FleetSimulation",
        "ScenarioFormat", argumentParser,
      ],
      swiftSettings: house),

    .target(name: "TestTools", path: "Tests/TestSupport/TestTools", swiftSettings: house),
    .testTarget(name: "ArchitectureTests", swiftSettings: house),
    tests("Quantities", ["TestTools"]),
    tests("DiscreteEvent", ["Quantities"]),
    .target(
      name: "CutoverExploration", dependencies: ["Quantities", "CutoverCore"],
      path: "Tests/TestSupport/CutoverExploration", swiftSettings: house),
    tests("CutoverCore", ["Quantities", "CutoverExploration"]),
    tests("MigrationStrategies", ["Quantities", "CutoverCore", "CutoverExploration"]),
    tests("FleetModel", ["Quantities", "DiscreteEvent", "CutoverCore"]),
    tests("MigrationPolicy", ["Quantities", "DiscreteEvent", "CutoverCore", "FleetModel"]),
    tests(
      "MigrationPhysics",
      ["Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationStrategies", "MigrationPolicy"],
      without: ["Fixtures"]),
    tests(
      "FleetSimulation",
      [
        "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationStrategies", "MigrationPolicy",
        "MigrationPhysics", "TestTools",
      ]),
    .target(
      name: "ImageFuzzing", dependencies: ["DiskImages", "ImageFiles", system],
      path: "Tests/TestSupport/ImageFuzzing", swiftSettings: house),
    tests("DiskImages", ["ImageFiles", "ImageFuzzing", "TestTools", system]),
    .target(
      name: "CutoverFuzzing", dependencies: ["CutoverCore", "ImageCutover", "ImageFiles", "ImageFuzzing"],
      path: "Tests/TestSupport/CutoverFuzzing", swiftSettings: house),
    tests(
      "ImageCutover",
      [
        "Quantities", "CutoverCore", "MigrationStrategies", "ImageFiles", "DiskImages", "CutoverFuzzing",
        "TestTools", system,
      ]),
    tests(
      "ScenarioFormat",
      [
        "Quantities", "DiscreteEvent", "CutoverCore", "FleetModel", "MigrationStrategies", "MigrationPolicy",
        "MigrationPhysics", "FleetSimulation", "FleetExperiments", "TestTools",
      ]),
    .target(
      name: "TextFuzzing",
      dependencies: ["FleetSimulation", "FleetExperiments", "FleetReports", "RunStore", "ScenarioFormat"],
      path: "Tests/TestSupport/TextFuzzing", swiftSettings: house),
    tests(
      "FleetExperiments",
      ["Quantities", "CutoverCore", "FleetModel", "MigrationPolicy", "MigrationPhysics", "FleetSimulation"]),
    tests(
      "RunStore",
      ["Quantities", "FleetSimulation", "FleetExperiments", "ScenarioFormat", "TestTools", yams, grdb]),
    tests(
      "FleetReports",
      [
        "Quantities", "MigrationPhysics", "FleetSimulation", "FleetExperiments", "ScenarioFormat",
        "TestTools",
        "TextFuzzing",
      ]),
    .testTarget(name: "BenchTests", dependencies: ["fleetshift-bench"], swiftSettings: house),
    .testTarget(name: "CommandLineTests", dependencies: ["fleetshift", "TestTools"], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6]
)

// What `.ci/sanitize` builds: the image engine and its tests, without the simulator above and beside them.
if Context.environment["FLEETSHIFT_IMAGES_ONLY"] != nil {
  let kept: Set = [
    "CZlib", "CZstd", "CUring", "CXXHash", "CLibCrypto", "CLinux", "CNBD", "Quantities", "ImageFiles",
    "DiskImages", "CutoverCore", "MigrationStrategies", "ImageCutover", "TestTools", "ImageFuzzing",
    "CutoverFuzzing", "DiskImagesTests",
    "ImageCutoverTests",
  ]
  package.products = []
  package.dependencies = [swiftSystem]
  package.targets.removeAll { !kept.contains($0.name) }
}

// libFuzzer brings its own main; see `make fuzz`.
if Context.environment["FLEETSHIFT_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fleetshift-fuzz", dependencies: ["ImageFuzzing", "CutoverFuzzing", "TextFuzzing"],
      path: "Tests/Fuzz",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]))
}
