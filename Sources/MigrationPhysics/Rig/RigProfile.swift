/// The constants of one rig, fitted on its own migrations or taken from elsewhere, with where they come from.
///
/// A profile is what a prediction knows of hypervisor, hosts and network; all else is in the ``MigrationCase``. No
/// constant belongs to a single migration.
public struct RigProfile: Hashable, Codable, Sendable {
  public var name: String
  /// Where the figures come from, in a sentence or two.
  public var source: String
  private var values: [Double]
  private var errors: [Double?]

  /// A profile in which everything is free: no overheads, no noise, an efficiency of one.
  public init(name: String, source: String = "") {
    self.name = name
    self.source = source
    values = RigConstant.allCases.map(\.ideal)
    errors = RigConstant.allCases.map { _ in nil }
  }

  public subscript(constant: RigConstant) -> Double {
    get { values[constant.index] }
    set { values[constant.index] = newValue }
  }

  /// The standard error of a constant that was estimated; `nil` for one that was set.
  public func standardError(of constant: RigConstant) -> Double? { errors[constant.index] }

  public mutating func setStandardError(_ error: Double?, of constant: RigConstant) {
    errors[constant.index] = error
  }

  /// All values, in the order of `RigConstant.allCases`: what a fit changes.
  public var vector: [Double] {
    get { values }
    set {
      precondition(newValue.count == values.count, "\(newValue.count) values for \(values.count) constants")
      values = newValue
    }
  }
}

extension RigConstant {
  /// The position in ``RigProfile/vector``.
  public var index: Int { RigConstant.positions[self] ?? 0 }

  private static let positions = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  /// What it is in a world without overheads.
  fileprivate var ideal: Double {
    switch self {
    case .linkEfficiency, .limitEfficiency, .diskEfficiency, .throttleExponent, .deltaHit: 1
    case .hostRate, .burstRate: .infinity
    case .sweepPhase: 0.5
    default: 0
    }
  }
}
