public import DiscreteEvent

extension Distribution {
  /// Always zero: what a scenario leaves out.
  public static let constantZero: Distribution = {
    guard let zero = try? Distribution.constant(0) else {
      preconditionFailure("a constant of zero is a valid distribution")
    }
    return zero
  }()
}
