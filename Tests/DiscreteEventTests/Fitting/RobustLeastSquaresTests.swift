import Testing

@testable import DiscreteEvent

@Suite struct RobustLeastSquaresTests {
  /// A line of slope 2 and intercept 1 with small known errors, and two points that are wildly off.
  private let x = (0..<20).map(Double.init)
  private func y(_ i: Int) -> Double {
    i == 3 || i == 11 ? 500 : 1 + 2 * x[i] + (i.isMultiple(of: 2) ? 0.05 : -0.05)
  }

  @Test func wildPointsDoNotPull() throws {
    let line = LeastSquares(start: [0, 1]) { b in x.indices.map { b[0] + b[1] * x[$0] - y($0) } }
    let plain = try line.solve()
    let robust = try RobustLeastSquares(line, groups: x.map { _ in 0 }).solve()
    #expect(abs(plain.parameters[0] - 1) > 10)
    #expect(abs(robust.fit.parameters[0] - 1) < 0.05 && abs(robust.fit.parameters[1] - 2) < 0.005)
    #expect(robust.weights[3] < 1e-4 && robust.weights[11] < 1e-4 && robust.weights[4] > 0.5)
    #expect(robust.scales[0] > 0.03 && robust.scales[0] < 0.12)
  }

  @Test func aGroupThatScattersMoreCountsLess() throws {
    // One parameter measured twice over: precisely as 1, vaguely as 3.
    let vague = [2.0, 4.0, 2.5, 3.5, 3.0]
    let precise = [1.01, 0.99, 1.005, 0.995, 1.0]
    let problem = LeastSquares(start: [2]) { b in (precise + vague).map { b[0] - $0 } }
    let fit = try RobustLeastSquares(problem, groups: precise.map { _ in 0 } + vague.map { _ in 1 }).solve()
    #expect(abs(fit.fit.parameters[0] - 1) < 0.01)
    #expect(fit.scales[1] > 50 * fit.scales[0])
  }
}
