/// A binary heap of the levels that progressive filling has yet to meet, least first.
struct LevelHeap: ~Copyable, Sendable {
  typealias Level = FairShareSolver.Level

  private var levels = Slab<Level>()

  mutating func removeAll() { levels.removeAll() }

  /// Adds a level without keeping the order: call ``order()`` before looking.
  mutating func append(_ level: Level) { levels.append(level) }

  /// Makes a heap of what was appended; O(n) (Floyd 1964).
  mutating func order() {
    for index in stride(from: levels.count / 2 - 1, through: 0, by: -1) { sink(levels[index], from: index) }
  }

  var least: Level? { levels.isEmpty ? nil : levels[0] }

  mutating func removeLeast() {
    let last = levels.removeLast()
    if !levels.isEmpty { sink(last, from: 0) }
  }

  mutating func replaceLeast(_ level: Level) { sink(level, from: 0) }

  private mutating func sink(_ level: Level, from start: Int) {
    var hole = start
    while true {
      var child = 2 * hole + 1
      guard child < levels.count else { break }
      if child + 1 < levels.count, levels[child + 1] < levels[child] { child += 1 }
      guard levels[child] < level else { break }
      levels[hole] = levels[child]
      hole = child
    }
    levels[hole] = level
  }
}
