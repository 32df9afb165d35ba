internal import ImageFiles

/// Ranges gathered in any order, handed out in order, disjoint and in whole pages, in bounded memory: where there are
/// too many, neighbours are taken for one, and what lies between them is copied along.
package struct ChangedRanges: Sendable {
  static let most = 1 << 17

  private var ranges: [Range<Int64>] = []
  private var grain = ExtentCursor.page

  package init() {}

  /// Bytes in them, as they are handed out.
  var amount: Int64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

  package mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    ranges.append(rounded(range))
    if ranges.count >= 2 * Self.most { settle() }
  }

  /// In order.
  package mutating func takeAll() -> [Range<Int64>] {
    settle()
    defer { ranges = [] }
    return ranges
  }

  /// Sorts and joins them.
  mutating func settle() {
    join()
    while ranges.count > Self.most {
      grain *= 2
      ranges = ranges.map(rounded)
      join()
    }
  }

  private func rounded(_ range: Range<Int64>) -> Range<Int64> {
    // Logs and servers may name any place: no image reaches so far that rounding would overflow.
    let range = range.clamped(to: 0..<Int64.max - grain)
    return range.lowerBound / grain * grain..<(range.upperBound + grain - 1) / grain * grain
  }

  private mutating func join() {
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var joined: [Range<Int64>] = []
    for range in ranges {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    ranges = joined
  }
}
