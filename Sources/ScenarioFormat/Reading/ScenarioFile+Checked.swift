public import FleetSimulation

/// What is wrong with a scenario file, each mistake with its line and a remedy.
public struct ScenarioProblems: Error, CustomStringConvertible {
  public let description: String
}

extension ScenarioFile {
  /// A version of the scenario, ready to be simulated.
  ///
  /// - Parameter variant: `nil`: the scenario as it stands.
  /// - Throws: all that is wrong with the file, or that it has no such variant.
  public func checked(variant: String? = nil) throws(ScenarioProblems) -> Scenario {
    if let scenario = scenario(variant: variant) { return scenario }
    guard let variant, !hasErrors else { throw ScenarioProblems(description: problems) }
    throw ScenarioProblems(
      description: "there is no variant \(quoted(variant)); \(suggestion(for: variant, among: variants))")
  }
}
