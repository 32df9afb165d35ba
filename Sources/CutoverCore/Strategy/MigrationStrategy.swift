/// A way to move a guest: it looks at a request and makes a plan.
///
/// A strategy is a value with its settings inside. It knows nothing of simulators, clocks or files; whoever adds one
/// writes one type in one file and hands it to a `StrategyCatalog`:
///
/// ```swift
/// struct Suspend: MigrationStrategy {
///   let name = "suspend"
///   func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan {
///     CutoverPlan(strategy: name, media: [.disk, .memory], stop: .pause, start: .resume)
///   }
/// }
/// let catalog = StrategyCatalog([Suspend()])
/// ```
public protocol MigrationStrategy: Sendable {
  /// The name that chains and results use: lower case, no spaces.
  var name: String { get }

  /// Whether two guests may get different plans for the same request otherwise. `false` is a promise that the plan
  /// follows from where the disk lies, `notBefore` and `resizeTo` alone; it is then made once for all guests.
  var looksAtGuest: Bool { get }

  /// The plan for this request, or why this strategy cannot serve it at all. Whether it *may* be used on this guest
  /// (CPU, kernel, wishes) is not its business but that of eligibility rules, which look at the plan.
  func plan(for request: MigrationRequest) throws(Refusal) -> CutoverPlan
}

extension MigrationStrategy {
  public var looksAtGuest: Bool { true }
}

/// Why something was not even begun.
public struct Refusal: Error, Hashable, Codable, Sendable {
  public var reason: RefusalReason

  public init(_ reason: RefusalReason) { self.reason = reason }
}

/// A named reason; results count by it (`blocked_reasons`). Others may add their own.
public struct RefusalReason: RawRepresentable, Hashable, Codable, Sendable {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// The other host's CPU lacks what the guest booted with, or is another maker's.
  public static let cpu = RefusalReason(rawValue: "cpu")
  /// The guest's kernel is known not to survive.
  public static let kernel = RefusalReason(rawValue: "kernel")
  /// The customer forbids it.
  public static let optedOut = RefusalReason(rawValue: "opted_out")
  /// It is larger than may be moved so.
  public static let size = RefusalReason(rawValue: "size")
  /// It holds a device that does not travel.
  public static let device = RefusalReason(rawValue: "device")
  /// Its memory is sealed by the CPU of its host (SEV, TDX).
  public static let confidential = RefusalReason(rawValue: "confidential")
  /// The guest lacks the agent, or the power button, that this way of moving needs.
  public static let guest = RefusalReason(rawValue: "guest")
  /// The other host's hypervisor is older.
  public static let version = RefusalReason(rawValue: "version")
  /// No other host or site offers what the guest needs.
  public static let features = RefusalReason(rawValue: "features")
  /// The disk would have to travel, and may not.
  public static let storage = RefusalReason(rawValue: "storage")
  /// Something else is being done to the guest, such as a backup.
  public static let busy = RefusalReason(rawValue: "busy")
  /// No host has room that does not break a rule about guests which belong together, or apart.
  public static let affinity = RefusalReason(rawValue: "affinity")
  /// The site would be left with less room than the failure of its largest hosts needs.
  public static let headroom = RefusalReason(rawValue: "headroom")
  /// No host has room.
  public static let targetFull = RefusalReason(rawValue: "target_full")
  /// This strategy cannot do what was asked, such as a resize by live migration.
  public static let notPossible = RefusalReason(rawValue: "not_possible")
}
