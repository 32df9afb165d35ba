import Testing

@testable import DiscreteEvent

@Suite struct LinearLeastSquaresTests {
  // y = 1 + 2 x at 0, 1, 2, 3, off by 0.1, -0.1, -0.1, 0.1: which is orthogonal to both columns.
  private let rows: [[Double]] = [[1, 0], [1, 1], [1, 2], [1, 3]]

  @Test func aLineIsFound() throws {
    let line = try #require(LinearLeastSquares.solve(rows: rows, right: [1.1, 2.9, 4.9, 7.1], columns: 2))
    #expect(abs(line[0] - 1) < 1e-12 && abs(line[1] - 2) < 1e-12)
    // (AᵀA) = [[4, 6], [6, 14]], whose inverse is [[14, -6], [-6, 4]] / 20.
    let variances = LinearLeastSquares.variances(rows: rows, columns: 2)
    #expect(abs(try #require(variances[0]) - 0.7) < 1e-12)
    #expect(abs(try #require(variances[1]) - 0.2) < 1e-12)
  }

  @Test func columnsThatDependShareWhatTheyExplain() throws {
    let doubled = rows.map { [$0[1], $0[1]] }
    let found = try #require(LinearLeastSquares.solve(rows: doubled, right: [0, 2, 4, 6], columns: 2))
    #expect(abs(found[0] - 1) < 1e-9 && abs(found[1] - 1) < 1e-9)
    #expect(LinearLeastSquares.variances(rows: doubled, columns: 2).contains { $0 == nil })
  }

  @Test func whatHasNoAnswerHasNone() {
    #expect(LinearLeastSquares.solve(rows: [[1, 2]], right: [1], columns: 2) == nil)
    #expect(LinearLeastSquares.solve(rows: [[.nan], [1]], right: [1, 1], columns: 1) == nil)
    #expect(LinearLeastSquares.variances(rows: [], columns: 2) == [nil, nil])
  }
}
