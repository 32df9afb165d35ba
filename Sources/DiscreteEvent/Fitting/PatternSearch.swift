/// The smallest value of a function of several figures near a point, found without derivatives.
///
/// Hooke and Jeeves' pattern search (1961): a step of each figure to either side is kept if it helps, a round of them
/// that helped is repeated as a whole, and where none helps the steps are halved. It takes a function with small stairs,
/// which mislead derivatives, to the bottom of the stair that it stands on.
package struct PatternSearch {
  package var start: [Double]
  /// The first step of each figure.
  package var steps: [Double]
  /// How often the steps are halved before it has arrived.
  package var halvings = 4
  /// Of all figures, at most.
  package var rounds = 40
  /// A gain below this is none: so a search that is begun where another ended stays there.
  package var leastGain = 0.0
  private let function: ([Double]) -> Double

  package init(start: [Double], steps: [Double], _ function: @escaping ([Double]) -> Double) {
    precondition(steps.count == start.count, "each figure has its step")
    self.start = start
    self.steps = steps
    self.function = function
  }

  /// A figure without number is never better than one with.
  package func solve() -> (point: [Double], value: Double) {
    var best = (point: start, value: function(start))
    var steps = steps
    var halved = 0
    for _ in 0..<rounds {
      let before = best.point
      for index in steps.indices {
        for step in [steps[index], -steps[index]] {
          var point = best.point
          point[index] += step
          if improve(&best, point) { break }
        }
      }
      if best.point != before {
        _ = improve(&best, zip(best.point, before).map { 2 * $0 - $1 })
      } else if halved < halvings {
        halved += 1
        for index in steps.indices { steps[index] /= 2 }
      } else {
        break
      }
    }
    return best
  }

  private func improve(_ best: inout (point: [Double], value: Double), _ point: [Double]) -> Bool {
    let value = function(point)
    guard value < best.value - leastGain else { return false }
    best = (point, value)
    return true
  }
}
