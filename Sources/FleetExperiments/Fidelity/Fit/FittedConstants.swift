public import MigrationPhysics

extension RigConstant {
  /// Whether it is chance rather than a cost: such a constant is not fitted but set from what the fit leaves.
  public var isNoise: Bool {
    switch meaning.unit {
    case .sigma: true
    default: self == .phaseNoise || self == .pauseJitter
    }
  }

  /// What a fit frees unless told otherwise.
  public static var fittedByDefault: [RigConstant] { allCases.filter { !$0.isNoise } }

  /// The relative step of a derivative: the model counts rounds and ticks, so it is a staircase, and a step has to span
  /// its stairs. A rate or an efficiency moves everything, and a small step of it is seen.
  var fitStep: Double {
    switch self {
    case .linkEfficiency, .limitEfficiency, .diskEfficiency: 0.004
    case .hostRate, .guestBase, .guestShare: 0.02
    default: 0.05
    }
  }
}
