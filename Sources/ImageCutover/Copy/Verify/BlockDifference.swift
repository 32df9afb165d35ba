internal import Glibc

/// Comparing memory by `memcmp`, coarse to fine: equal blocks cost one call.
enum BlockDifference {
  static func isEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    guard let first = a.baseAddress, let second = b.baseAddress else { return true }
    return memcmp(first, second, a.count) == 0
  }

  /// The runs of pages in which the two (of equal length) differ, in order, as offsets into them.
  static func runs(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> [Range<Int>] {
    precondition(a.count == b.count, "only blocks of equal length are compared")
    var runs: [Range<Int>] = []
    compare(a, b, 0..<a.count, steps: [64 << 10, Int(ExtentCursor.page)], into: &runs)
    return runs
  }

  private static func compare(
    _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ range: Range<Int>, steps: ArraySlice<Int>,
    into runs: inout [Range<Int>]
  ) {
    if isEqual(.init(rebasing: a[range]), .init(rebasing: b[range])) { return }
    guard let step = steps.first else {
      if let last = runs.last, last.upperBound == range.lowerBound {
        runs[runs.count - 1] = last.lowerBound..<range.upperBound
      } else {
        runs.append(range)
      }
      return
    }
    for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      let part = start..<min(start + step, range.upperBound)
      compare(a, b, part, steps: steps.dropFirst(), into: &runs)
    }
  }
}
