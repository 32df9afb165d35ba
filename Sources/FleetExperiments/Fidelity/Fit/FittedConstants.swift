public import MigrationPhysics

extension RigConstant {
  /// Whether it is chance rather than a cost: such a constant is not fitted but set from what the fit leaves.
  public var isNoise: Bool {
    switch meaning.unit {
    case .sigma: true
    default: self == .phaseNoise || self == .pauseJitter
    }
  }

  /// Whether the hypervisor's or the guest's source says it, so that a fit has nothing to find: what precedes a page and
  /// stands for a zero one (QEMU, migration/ram.c), how often the stream looks at what is left (migration/migration.c),
  /// and the guest kernel's 64 bytes for each page of memory. A fit frees them only if asked to.
  public var isKnownFromSource: Bool {
    switch self {
    case .pageHeader, .zeroPageBytes, .limiterWindow, .iteration, .guestShare: true
    default: false
    }
  }

  /// What a fit frees unless told otherwise.
  public static var fittedByDefault: [RigConstant] {
    allCases.filter { !$0.isNoise && !$0.isKnownFromSource }
  }

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
