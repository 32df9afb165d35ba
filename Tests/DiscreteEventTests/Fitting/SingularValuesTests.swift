import Testing

@testable import DiscreteEvent

@Suite struct SingularValuesTests {
  @Test(
    "the parts make up the matrix again, and the values are those known",
    arguments: [
      // √45 and √5 (Strang, Introduction to Linear Algebra, 7.2).
      ([[3, 0], [4, 5]], [6.708203932499369, 2.23606797749979]),
      ([[1, 2], [2, 4], [3, 6]], [8.366600265340756, 0]),
      ([[2, 0, 0], [0, 0, 3]], [3, 2, 0]),
    ] as [([[Double]], [Double])])
  func known(rows: [[Double]], values: [Double]) throws {
    let parts = try #require(SingularValues(rows))
    #expect(zip(parts.values, values).allSatisfy { abs($0 - $1) < 1e-12 }, "\(parts.values)")
    for (i, row) in rows.enumerated() {
      for (j, value) in row.enumerated() {
        let again = parts.values.indices.reduce(0.0) {
          $0 + parts.left[$1][i] * parts.values[$1] * parts.right[$1][j]
        }
        #expect(abs(again - value) < 1e-12)
      }
    }
  }

  @Test func nothingHasNone() { #expect(SingularValues([]) == nil) }
}
