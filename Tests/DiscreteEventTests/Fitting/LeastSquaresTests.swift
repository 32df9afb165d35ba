import Foundation
import Testing

@testable import DiscreteEvent

/// Against the certified values of NIST's Statistical Reference Datasets, non-linear regression.
@Suite struct LeastSquaresTests {
  struct Reference: Sendable, CustomStringConvertible {
    let name: String
    let x: [Double]
    let y: [Double]
    let starts: [[Double]]
    let parameters: [Double]
    let standardErrors: [Double]
    let residualDeviation: Double
    let model: @Sendable (_ b: [Double], _ x: Double) -> Double
    var description: String { name }
  }

  /// "Lower level of difficulty": monomolecular adsorption.
  static let misra1a = Reference(
    name: "Misra1a",
    x: [
      77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
    ],
    y: [
      10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78,
    ],
    starts: [[500, 1e-4], [250, 5e-4]],
    parameters: [2.3894212918e02, 5.5015643181e-04], standardErrors: [2.7070075241, 7.2668688436e-06],
    residualDeviation: 1.0187876330e-01,
    model: { b, x in b[0] * (1 - exp(-b[1] * x)) })

  /// "Higher level of difficulty": sigmoidal growth.
  static let rat43 = Reference(
    name: "Rat43", x: (1...15).map(Double.init),
    y: [
      16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96,
      637.56, 717.41,
    ],
    starts: [[100, 10, 1, 1], [700, 5, 0.75, 1.3]],
    parameters: [6.9964151270e02, 5.2771253025, 7.5962938329e-01, 1.2792483859],
    standardErrors: [1.6302297817e01, 2.0828735829, 1.9566123451e-01, 6.8761936385e-01],
    residualDeviation: 2.8262414662e01,
    model: { b, x in b[0] / pow(1 + exp(b[1] - b[2] * x), 1 / b[3]) })

  @Test(arguments: [misra1a, rat43], [0, 1])
  func certifiedValuesAreFound(_ reference: Reference, _ start: Int) throws {
    let fit = try LeastSquares(start: reference.starts[start]) { b in
      zip(reference.x, reference.y).map { reference.model(b, $0) - $1 }
    }.solve()
    #expect(fit.hasConverged)
    for (found, certified) in zip(fit.parameters, reference.parameters) {
      #expect(abs(found / certified - 1) < 1e-5)
    }
    for (found, certified) in zip(fit.standardErrors, reference.standardErrors) {
      #expect(abs(try #require(found) / certified - 1) < 1e-4)
    }
    let deviation = (fit.sumOfSquares / Double(fit.degreesOfFreedom)).squareRoot()
    #expect(abs(deviation / reference.residualDeviation - 1) < 1e-8)
  }

  @Test func aWeightCountsAsThatManyEqualResiduals() throws {
    let model = { (b: [Double]) in [b[0] - 1, b[0] - 4] }
    let weighted = try LeastSquares(start: [0], weights: [1, 2], residuals: model).solve()
    #expect(abs(weighted.parameters[0] - 3) < 1e-9)
  }

  @Test func whatTheResidualsDoNotTellHasNoError() throws {
    // The sum of the first two is all that is measured; the third is measured not at all.
    let fit = try LeastSquares(start: [1, 1, 7]) { b in
      [b[0] + b[1] - 3, b[0] + b[1] - 3.1, b[0] + b[1] - 2.9, b[0] + b[1] - 3]
    }.solve()
    #expect(abs(fit.parameters[0] + fit.parameters[1] - 3) < 1e-6)
    #expect(fit.parameters[2] == 7)
    #expect(fit.standardErrors[2] == nil)
    #expect(fit.standardErrors[..<2].contains(nil))
  }

  @Test func whatIsEnoughEndsTheSearch() throws {
    var asked = 0
    var problem = LeastSquares(start: [500, 1e-4]) { b in
      asked += 1
      return zip(Self.misra1a.x, Self.misra1a.y).map { Self.misra1a.model(b, $0) - $1 }
    }
    _ = try problem.solve()
    let all = asked
    (asked, problem.enough) = (0, 50)
    let fit = try problem.solve()
    #expect(fit.hasConverged && fit.sumOfSquares < 50)
    #expect(asked < all)
  }

  @Test func impossibleQuestionsAreRefused() {
    #expect(throws: LeastSquares.Failure.tooFewResiduals(count: 1, parameters: 2)) {
      try LeastSquares(start: [1, 1]) { [$0[0]] }.solve()
    }
    #expect(throws: LeastSquares.Failure.notFinite) {
      try LeastSquares(start: [1]) { _ in [.nan, 1] }.solve()
    }
  }
}
