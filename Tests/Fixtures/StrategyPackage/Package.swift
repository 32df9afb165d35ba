// swift-tools-version: 6.2
// A package as somebody outside would write it: a strategy, a rule and a score of its own, and a program that holds them
// against what ships.
import PackageDescription

let fleetshift: Target.Dependency = .product(name: "FleetshiftKit", package: "fleetshift")

let package = Package(
  name: "StrategyPackage",
  products: [.library(name: "LearnedHybrid", targets: ["LearnedHybrid"])],
  dependencies: [.package(name: "fleetshift", path: "../../..")],
  targets: [
    .target(name: "LearnedHybrid", dependencies: [fleetshift]),
    .executableTarget(name: "try-learned-hybrid", dependencies: ["LearnedHybrid", fleetshift]),
  ],
  swiftLanguageModes: [.v6]
)
