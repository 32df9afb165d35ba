extension Distribution {
  /// Always zero: what a model takes where nothing is said.
  public static let zero = Distribution(.constant(0))

  /// The value of a distribution that always gives the same one; `nil` for any other.
  public var constantValue: Double? {
    if case .constant(let value) = shape { return value }
    return nil
  }
}
