import TestTools

/// Choices by which a random case is made: drawn by chance, or read from a tape and the simplest beyond its end.
///
/// What was chosen is kept. A failing case is made smaller by making it again from a smaller tape, so that whatever can be
/// generated can be shrunk (MacIver and Donaldson 2020, "Test-case reduction via test-case generation").
struct Choices {
  private var chance: Seeded?
  private let tape: [Int]
  /// Each the number of an alternative, 0 being the simplest.
  private(set) var made: [Int] = []

  init(seed: UInt64) { (chance, tape) = (Seeded(spreading: seed), []) }
  init(tape: [Int]) { (chance, self.tape) = (nil, tape) }

  private mutating func choose(of count: Int) -> Int {
    let choice: Int
    if made.count < tape.count {
      choice = min(tape[made.count], count - 1)
    } else {
      choice = chance?.int(0...(count - 1)) ?? 0
    }
    made.append(choice)
    return choice
  }

  mutating func chance(_ share: Double) -> Bool { choose(of: 1000) >= 1000 - Int(share * 1000) }
  mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + choose(of: range.count) }
  mutating func one<T>(of choices: [T]) -> T { choices[choose(of: choices.count)] }
  mutating func number(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(choose(of: 1001)) / 1000
  }
}

/// Makes a failing tape smaller as long as what it makes still fails.
struct Shrinking {
  /// So many cases are tried at the most.
  var budget = 600
  let fails: ([Int]) -> Bool

  init(_ fails: @escaping ([Int]) -> Bool) { self.fails = fails }

  mutating func shrunk(_ tape: [Int]) -> [Int] {
    var best = trimmed(tape)
    var isSmaller = true
    while isSmaller, budget > 0 {
      isSmaller = false
      for length in [32, 16, 8, 4, 2, 1] {
        var place = 0
        while place < best.count {
          let part = place..<min(place + length, best.count)
          if tryOut(deleting(part, of: best), &best) || tryOut(zeroing(part, of: best), &best) {
            isSmaller = true
          } else {
            place += length
          }
        }
      }
      for place in best.indices {
        while place < best.count, best[place] > 1 {
          var half = best
          half[place] /= 2
          var less = best
          less[place] -= 1
          guard tryOut(half, &best) || tryOut(less, &best) else { break }
          isSmaller = true
        }
      }
    }
    return best
  }

  private mutating func tryOut(_ tape: [Int], _ best: inout [Int]) -> Bool {
    let tape = trimmed(tape)
    guard tape != best, budget > 0 else { return false }
    budget -= 1
    guard fails(tape) else { return false }
    best = tape
    return true
  }

  private func deleting(_ part: Range<Int>, of tape: [Int]) -> [Int] {
    Array(tape[..<part.lowerBound] + tape[part.upperBound...])
  }

  private func zeroing(_ part: Range<Int>, of tape: [Int]) -> [Int] {
    var tape = tape
    for place in part { tape[place] = 0 }
    return tape
  }

  /// Beyond its end a tape is all zeros anyway.
  private func trimmed(_ tape: [Int]) -> [Int] {
    Array(tape[..<((tape.lastIndex { $0 != 0 } ?? -1) + 1)])
  }
}
