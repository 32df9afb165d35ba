import Testing

@testable import DiscreteEvent

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Designs of experiments") struct DesignTests {
  @Test("a Latin hypercube hits every slice of every parameter once") func latin() {
    let points = SpaceFillingDesign.latinHypercube(37, dimensions: 3, stream: RandomStream(seed: 2))
    for dimension in 0..<3 {
      #expect(Set(points.map { Int($0[dimension] * 37) }) == Set(0..<37))
    }
    #expect(points == SpaceFillingDesign.latinHypercube(37, dimensions: 3, stream: RandomStream(seed: 2)))
    #expect(points != SpaceFillingDesign.latinHypercube(37, dimensions: 3, stream: RandomStream(seed: 3)))
  }

  @Test("Sobol's sequence: 2^k - 1 points hit every k-th dyadic slice but the first, in each parameter")
  func sobol() {
    let points = SpaceFillingDesign.sobol(127, dimensions: 12)
    for dimension in 0..<12 { #expect(Set(points.map { Int($0[dimension] * 128) }) == Set(1..<128)) }
    // Antonov and Saleev's order, as published by Bratley and Fox (1988).
    #expect(points.prefix(3).map { Array($0[..<2]) } == [[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]])
  }

  /// Ishigami and Homma (1990): sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each from -pi to pi.
  private func ishigami(_ point: [Double]) -> Double {
    let x = point.map { (2 * $0 - 1) * Double.pi }
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * x[2] * x[2] * x[2] * x[2] * sin(x[0])
  }

  @Test("Ishigami's function has the indices that its integrals say") func indices() throws {
    let design = SensitivityDesign(rows: 1_023, dimensions: 3)
    #expect(design.points.count == 1_023 * 5)
    let found = try #require(
      design.indices(of: design.points.map(ishigami), resamples: 200, stream: RandomStream(seed: 1)))
    for (index, wanted) in zip(found, [(0.3139, 0.5576), (0.4424, 0.4424), (0, 0.2437)]) {
      #expect(abs(index.first.value - wanted.0) < 0.03, "\(index)")
      #expect(abs(index.total.value - wanted.1) < 0.03, "\(index)")
      #expect(index.first.low <= wanted.0 && wanted.0 <= index.first.high, "\(index)")
      #expect(index.total.low <= wanted.1 && wanted.1 <= index.total.high, "\(index)")
    }
  }

  @Test("of a sum the shares are those of the terms' variances, and nothing interacts") func sum() throws {
    let design = SensitivityDesign(rows: 511, dimensions: 3)
    let results = design.points.map { 100 + 3 * $0[0] + 4 * $0[1] }
    let found = try #require(design.indices(of: results, resamples: 100, stream: RandomStream(seed: 1)))
    for (index, wanted) in zip(found, [9 / 25.0, 16 / 25.0, 0]) {
      #expect(abs(index.first.value - wanted) < 0.02 && abs(index.total.value - wanted) < 0.02, "\(index)")
    }
  }

  @Test("where nothing varies nothing is accounted for") func constant() {
    let design = SensitivityDesign(rows: 8, dimensions: 2)
    let results = Array(repeating: 5.0, count: design.points.count)
    #expect(design.indices(of: results, stream: RandomStream(seed: 1)) == nil)
  }
}
