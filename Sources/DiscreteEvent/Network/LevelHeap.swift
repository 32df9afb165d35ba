/// A binary heap of levels, least first.
struct LevelHeap: ~Copyable, Sendable {
  private var levels = Slab<Level>()

  var isEmpty: Bool { levels.isEmpty }

  mutating func removeAll() { levels.removeAll() }

  /// O(log n).
  mutating func insert(_ level: Level) {
    levels.append(level)
    var hole = levels.count - 1
    while hole > 0 {
      let parent = (hole - 1) >> 1
      guard level < levels[parent] else { break }
      levels[hole] = levels[parent]
      hole = parent
    }
    levels[hole] = level
  }

  var least: Level? { levels.isEmpty ? nil : levels[0] }

  /// O(log n); the heap must not be empty.
  @discardableResult mutating func removeLeast() -> Level {
    let result = levels[0]
    let last = levels.removeLast()
    if !levels.isEmpty { sink(last) }
    return result
  }

  mutating func replaceLeast(_ level: Level) { sink(level) }

  private mutating func sink(_ level: Level) {
    var hole = 0
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
