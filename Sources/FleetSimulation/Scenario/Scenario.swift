public import CutoverCore
public import FleetModel
public import MigrationPhysics
public import MigrationPolicy
public import Quantities

/// A question to the simulator, complete and checked: a fleet, why its guests move, and under which policy.
public struct Scenario: Sendable {
  public var name = ""
  /// What it is to answer, in the words of its author.
  public var question = ""
  /// The variant of the scenario that this is; `nil` for the scenario as it stands.
  public var variant: String?
  public var horizon = Duration.days(365)
  public var seed: UInt64 = 1
  public var replications = 1

  public var fleet = FleetBlueprint()
  public var mechanics = Mechanics()
  public var strategies = StrategyCatalog([])
  public var rules = EligibilityRules(cpu: .superset, [])
  public var limits = MigrationLimits()
  public var windows: [MaintenanceWindow] = []
  public var notices = NoticeTerms()
  public var placement = PlacementScore.spread
  public var placementRules = PlacementRules()
  public var campaigns: [Campaign] = []
  public var hostFailures = HostFailures()
  public var network = NetworkPlan()
  /// The strategy whose cost "downtime saved" is measured against.
  public var baseline = "cold"
  public var classes = GuestClasses()
  /// What must hold of the result, as expressions.
  public var expectations: [String] = []
  /// What it says to its question.
  public var answers: [ScenarioAnswer] = []

  public init() {}
}

/// How results group the guests.
public struct GuestClasses: Hashable, Sendable {
  /// What guests of a class have in common.
  public enum Key: String, Hashable, Sendable, CaseIterable {
    case flavor
    /// The name of the group in which they are described.
    case group
  }

  public var by = Key.flavor
  /// The upper ends of age bands at the start; none: whatever their age.
  public var ageBands: [Duration] = []

  public init() {}
}

/// Hosts that fail by themselves.
public struct HostFailures: Hashable, Sendable {
  /// Failures of one host per second of service.
  public var perSecond = 0.0
  /// How long a failed host is away, and its guests with it.
  public var repair = Duration.hours(4)
  /// Its guests are started elsewhere meanwhile; `nil`: they wait for the repair.
  public var rebuild: RestartTerms?

  public init() {}
}
