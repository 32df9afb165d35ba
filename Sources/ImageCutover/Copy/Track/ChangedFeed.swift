internal import ImageFiles

/// The windows of a pass over those ranges only in which something may have changed.
final class ChangedFeed: WindowFeed {
  /// Changed ranges, in whole pages, in order and disjoint.
  private var nextChange: () throws -> Range<Int64>?
  private var source: any DataCursor
  private var destination: any DataCursor
  private let windowSize: Int64
  private let size: Int64
  private let isCertain: Bool
  private var rest: Range<Int64>?

  /// - Parameters:
  ///   - isCertain: Whether what is in the ranges need not be compared before it is written.
  ///   - nextChange: The next range, behind all before it; `nil` when there is no more.
  init(
    _ source: any DataCursor, _ destination: any DataCursor, size: Int64, windowSize: Int64,
    isCertain: Bool = true,
    nextChange: @escaping () throws -> Range<Int64>?
  ) {
    self.source = source
    self.destination = destination
    self.size = size
    self.windowSize = windowSize
    self.isCertain = isCertain
    self.nextChange = nextChange
  }

  func next() throws -> CopyWindow? {
    while let first = try take() {
      var changes = [first.clamped(to: first.lowerBound..<first.lowerBound + windowSize)]
      keep(first, from: changes[0].upperBound)
      // What lies close together is read at once.
      while rest == nil || rest?.lowerBound == changes[changes.count - 1].upperBound,
        let next = try take()
      {
        let last = changes[changes.count - 1].upperBound
        let limit = first.lowerBound + windowSize
        guard next.lowerBound - last <= ScanFeed.smallGap, next.lowerBound < limit else {
          rest = next
          break
        }
        changes.append(next.clamped(to: next.lowerBound..<limit))
        keep(next, from: changes[changes.count - 1].upperBound)
        if rest != nil { break }
      }
      let segments = try changes.flatMap { try self.segments(in: $0) }
      guard let start = segments.first, let end = segments.last else { continue }
      return CopyWindow(
        range: start.range.lowerBound..<end.range.upperBound, segments: segments, isWhole: false)
    }
    return nil
  }

  private func take() throws -> Range<Int64>? {
    if let range = rest {
      rest = nil
      return range
    }
    while let range = try nextChange() {
      let part = range.clamped(to: 0..<size)
      if !part.isEmpty { return part }
    }
    return nil
  }

  private func keep(_ range: Range<Int64>, from position: Int64) {
    if position < range.upperBound { rest = position..<range.upperBound }
  }

  /// What has to happen in a changed range.
  private func segments(in change: Range<Int64>) throws -> [CopySegment] {
    CopySegment.align(
      source: try Self.data(&source, in: change), destination: try Self.data(&destination, in: change)
    )
    .map { CopySegment(range: $0.range, kind: isCertain && $0.kind == .compare ? .write : $0.kind) }
  }

  private static func data(_ cursor: inout any DataCursor, in change: Range<Int64>) throws -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    var position = change.lowerBound
    while position < change.upperBound, let found = try cursor.data(from: position),
      found.lowerBound < change.upperBound
    {
      ranges.append(found.clamped(to: change))
      position = found.upperBound
    }
    return ranges
  }
}
