/// Points of the unit cube at which an experiment is made: one number, above 0 and below 1, for each parameter.
public enum SpaceFillingDesign {
  /// How many parameters `sobol` can serve: GSL's direction numbers end there.
  public static let mostSobolDimensions = 40

  /// Latin hypercube (McKay, Beckman and Conover, Technometrics 21 (1979)): of `count` slices of each parameter every
  /// one is hit once, at a random place within.
  public static func latinHypercube(_ count: Int, dimensions: Int, stream: RandomStream) -> [[Double]] {
    precondition(count > 0 && dimensions > 0, "a design has points and parameters")
    var stream = stream
    var points = Array(repeating: Array(repeating: 0.0, count: dimensions), count: count)
    for dimension in 0..<dimensions {
      let order = Array(0..<count).shuffled(using: &stream)
      for (point, slice) in order.enumerated() {
        points[point][dimension] = (Double(slice) + stream.uniform()) / Double(count)
      }
    }
    return points
  }

  /// The first points of Sobol's sequence (Antonov and Saleev's order, GSL), without the origin: the fairest when there
  /// are one less than a power of two.
  public static func sobol(_ count: Int, dimensions: Int) -> [[Double]] {
    precondition(count > 0 && dimensions > 0, "a design has points and parameters")
    precondition(dimensions <= mostSobolDimensions, "Sobol's sequence serves at most 40 parameters")
    guard let points = GSL.sobol(count, dimensions: dimensions) else {
      preconditionFailure("no memory for a design of \(dimensions) parameters")
    }
    return points
  }
}
