internal import DiskImages
internal import ImageFiles

/// The windows of a walk over both images side by side, found as it goes, so that a million extents cost no memory.
///
/// A window begins and ends with data and has no large gaps; it never cuts through a block of `DigestMap.blockSize`
/// unless windows are smaller than that.
final class ScanFeed: WindowFeed {
  /// Gaps up to this are read along: less than what it costs to ask once more.
  static let smallGap: Int64 = 32 << 10

  private var source: any DataCursor
  private var destination: any DataCursor
  private let size: Int64
  private let windowSize: Int64
  private let hasWholeBlocks: Bool
  private var position: Int64

  /// - Parameters:
  ///   - from: Where to begin; the block around it is begun with.
  ///   - size: How far to walk.
  ///   - windowSize: The longest window, a multiple of the page.
  init(
    _ source: any DataCursor, _ destination: any DataCursor, from: Int64 = 0, size: Int64, windowSize: Int64
  ) {
    self.source = source
    self.destination = destination
    self.size = size
    self.windowSize = windowSize
    hasWholeBlocks = windowSize % DigestMap.blockSize == 0
    position = from / DigestMap.blockSize * DigestMap.blockSize
  }

  /// Of two raw images.
  convenience init(
    _ source: OpenFile, _ destination: OpenFile, from: Int64 = 0, size: Int64, windowSize: Int64
  ) {
    self.init(
      ExtentCursor(source, size: size), ExtentCursor(destination, size: size), from: from, size: size,
      windowSize: windowSize)
  }

  func next() throws -> CopyWindow? {
    let ahead = [try source.data(from: position), try destination.data(from: position)]
    guard let start = ahead.compactMap({ $0?.lowerBound }).min(), start < size else { return nil }
    let limit = min((start / windowSize + 1) * windowSize, size)
    var end = start
    var sourceRanges: [Range<Int64>] = []
    var destinationRanges: [Range<Int64>] = []
    // One piece of either side after the other, as long as they lie close together.
    while end < limit {
      let a = try source.data(from: end)
      let b = try destination.data(from: end)
      guard let next = [a, b].compactMap({ $0?.lowerBound }).min(), next < limit,
        next - end <= Self.smallGap
          || next / DigestMap.blockSize == (end - 1) / DigestMap.blockSize
      else { break }
      // To the next place where either side changes.
      var stop = limit
      for edge in [a, b] {
        guard let edge else { continue }
        if edge.lowerBound > next { stop = min(stop, edge.lowerBound) }
        stop = min(stop, edge.lowerBound <= next ? edge.upperBound : limit)
      }
      if let a, a.lowerBound <= next { sourceRanges.append(next..<min(stop, a.upperBound)) }
      if let b, b.lowerBound <= next { destinationRanges.append(next..<min(stop, b.upperBound)) }
      end = stop
    }
    position = end
    return CopyWindow(
      range: start..<end,
      segments: CopySegment.align(
        source: Self.joined(sourceRanges), destination: Self.joined(destinationRanges)),
      isWhole: hasWholeBlocks)
  }

  private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
    var joined: [Range<Int64>] = []
    for range in ranges {
      if let last = joined.last, last.upperBound == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}

/// Walks over what an image holds, from its start to its end.
protocol DataCursor {
  /// The rest of the data around `position`, or the next behind it. Positions don't go back.
  mutating func data(from position: Int64) throws -> Range<Int64>?
}

extension ExtentCursor: DataCursor {}

/// The data of a disk in any format: all that is not known to be zero, in whole pages.
struct DiskCursor: DataCursor {
  private var extents: DiskExtents
  private let size: Int64
  private var found: Range<Int64>?

  init(_ disk: VirtualDisk) {
    extents = disk.extents()
    size = disk.virtualSize
  }

  mutating func data(from position: Int64) throws -> Range<Int64>? {
    while found.map({ $0.upperBound <= position }) ?? true {
      guard let extent = try extents.next() else { return nil }
      if case .zero = extent.content { continue }
      let page = ExtentCursor.page
      found =
        extent.range.lowerBound / page * page..<min((extent.range.upperBound + page - 1) / page * page, size)
    }
    return found.map { max($0.lowerBound, position)..<$0.upperBound }
  }
}

/// What an image in the making has data for: a place, and in the file no hole there.
struct WriterCursor: DataCursor {
  private static let step: Int64 = 64 << 20

  private let writer: any ImageWriter
  private var places: ArraySlice<DiskPlace> = []
  private var asked: Int64 = 0
  private var found: Range<Int64>?

  init(_ writer: any ImageWriter) { self.writer = writer }

  mutating func data(from position: Int64) throws -> Range<Int64>? {
    while true {
      if let found, found.upperBound > position { return max(found.lowerBound, position)..<found.upperBound }
      while let place = places.first, place.range.upperBound <= position { places.removeFirst() }
      if let place = places.first {
        found = try Self.data(of: writer.file, place, from: position, size: writer.virtualSize)
        if found == nil { places.removeFirst() }
        continue
      }
      asked = max(asked, position / Self.step * Self.step)
      guard asked < writer.virtualSize else { return nil }
      let end = min(asked + Self.step, writer.virtualSize)
      places = try writer.places(in: asked..<end)[...]
      asked = end
    }
  }

  /// The first data of a place from `position` on, in whole pages of the disk.
  private static func data(
    of file: OpenFile, _ place: DiskPlace, from position: Int64, size: Int64
  ) throws -> Range<Int64>? {
    let inFile = place.fileRange
    let shift = place.range.lowerBound - place.offset
    let from = max(place.offset, position - shift)
    guard from < inFile.upperBound, let start = try file.nextData(from: from), start < inFile.upperBound
    else {
      return nil
    }
    let end = min(max(try file.nextHole(from: start), start + 1), inFile.upperBound)
    let page = ExtentCursor.page
    return (start + shift) / page * page..<min((end + shift + page - 1) / page * page, size)
  }
}

extension CopySegment {
  /// What has to happen where, given the data of both sides (ordered, disjoint).
  static func align(source: [Range<Int64>], destination: [Range<Int64>]) -> [CopySegment] {
    var segments: [CopySegment] = []
    var (source, destination) = (source[...], destination[...])
    var position: Int64 = 0
    while true {
      while let first = source.first, first.upperBound <= position { source.removeFirst() }
      while let first = destination.first, first.upperBound <= position { destination.removeFirst() }
      guard let start = [source.first, destination.first].compactMap({ $0?.lowerBound }).min() else {
        return segments
      }
      position = max(position, start)
      let isSource = source.first.map { $0.contains(position) } ?? false
      let isDestination = destination.first.map { $0.contains(position) } ?? false
      // The next place where either side changes.
      let edges = [source.first, destination.first].compactMap { $0 }.flatMap {
        [$0.lowerBound, $0.upperBound]
      }
      guard let end = edges.filter({ $0 > position }).min() else { return segments }
      segments.append(
        CopySegment(range: position..<end, kind: isSource ? (isDestination ? .compare : .write) : .punch))
      position = end
    }
  }
}
