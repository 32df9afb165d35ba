/// A scenario that a gate was to look at and could not: its reports have to say so, or it would pass for fine.
public struct UnjudgedScenario: Codable, Hashable, Sendable {
  public var schema = "fleetshift.check-unjudged/1"
  public var scenario: String
  /// What was in the way.
  public var why: String

  public init(_ scenario: String, why: String) { (self.scenario, self.why) = (scenario, why) }
}
