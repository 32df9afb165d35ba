internal import DiskImages
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// The end that is read: a raw file, or a disk in whatever format, as the files and offsets where its bytes are.
///
/// One thread uses it.
final class ReadingEnd {
  let size: Int64
  private let layers: [TransferEnd]
  private var map: DiskExtents?
  private let disk: VirtualDisk?
  private var decoder = ClusterDecoder()

  /// A raw image.
  init(_ file: OpenFile, size: Int64) {
    self.size = size
    layers = [TransferEnd(file, writing: false)]
    disk = nil
  }

  init(_ disk: VirtualDisk) {
    size = disk.virtualSize
    layers = disk.layers.map { TransferEnd($0.file, writing: false) }
    self.disk = disk
    map = disk.extents()
  }

  var files: [any FileAccess] { layers.map { $0.file.files } }

  /// Reads the range of the disk. The memory begins and ends with whole pages; what is behind the range is not used.
  ///
  /// - Returns: Whether anything was asked of the pipeline; otherwise the memory is filled already.
  func read(
    _ range: Range<Int64>, into memory: UnsafeMutableRawBufferPointer, _ pipeline: TransferPipeline,
    for owner: Int
  ) throws -> Bool {
    let count = Int(range.upperBound - range.lowerBound)
    guard let disk else {
      pipeline.read(layers[0], into: memory, needed: count, at: range.lowerBound, for: owner)
      return true
    }
    var asked = false
    map?.seek(to: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound, let extent = try map?.next() {
      let part = extent.range.clamped(to: range)
      let room = memory.part(part, of: range)
      switch extent.content {
      case .zero: room.zero()
      case .data(let layer, let offset):
        let place = offset + part.lowerBound - extent.range.lowerBound
        pipeline.read(layers[layer], into: room, needed: room.count, at: place, for: owner)
        asked = true
      case .compressed(var cluster):
        cluster.skip += Int(part.lowerBound - extent.range.lowerBound)
        try decoder.read(cluster, of: disk.layers[cluster.layer].file, into: room)
      }
      position = part.upperBound
    }
    return asked
  }

  /// Lets the cache forget the range, where reads go through it.
  func dropCache(_ range: Range<Int64>) {
    if disk == nil && !layers[0].isDirect { layers[0].file.dropCache(range) }
  }
}

/// The end that is written: a raw file, or an image in the making that says where things belong.
final class WritingEnd {
  let end: TransferEnd
  /// `nil`: raw.
  let writer: (any ImageWriter)?
  /// As far as is known.
  private var canPunch = true

  init(_ file: OpenFile, writer: (any ImageWriter)? = nil) {
    end = TransferEnd(file, writing: true)
    self.writer = writer
  }

  var file: OpenFile { end.file }

  /// Whether a write of this range passes by the cache.
  func passesCache(_ range: Range<Int64>) -> Bool {
    end.isDirect && range.upperBound % Int64(TransferEnd.alignment) == 0
  }

  func write(
    _ memory: UnsafeMutableRawBufferPointer, to range: Range<Int64>, _ pipeline: TransferPipeline,
    for owner: Int
  ) throws {
    guard let writer else { return pipeline.write(memory, to: end, at: range.lowerBound, for: owner) }
    for place in try writer.place(range) {
      pipeline.write(memory.part(place.range, of: range), to: end, at: place.offset, for: owner)
    }
  }

  /// Reads back what the disk holds in the range; see `ReadingEnd.read`.
  func read(
    _ range: Range<Int64>, into memory: UnsafeMutableRawBufferPointer, _ pipeline: TransferPipeline,
    for owner: Int
  ) throws -> Bool {
    guard let writer else {
      let count = Int(range.upperBound - range.lowerBound)
      pipeline.read(end, into: memory, needed: count, at: range.lowerBound, for: owner)
      return true
    }
    let places = try writer.places(in: range)
    if places.reduce(0, { $0 + $1.range.upperBound - $1.range.lowerBound }) < memory.count {
      memory.zero()
    }
    for place in places {
      let room = memory.part(place.range, of: range)
      pipeline.read(end, into: room, needed: room.count, at: place.offset, for: owner)
    }
    return !places.isEmpty
  }

  /// Makes the range a hole, or zeros where the file system knows no holes.
  ///
  /// - Returns: How much of it was changed, in bytes.
  func punch(_ range: Range<Int64>) throws -> Int64 {
    guard let writer else {
      // Up to the page's end, for a last page that ends with the file is only given back as a whole.
      let page = ExtentCursor.page
      return try clear(range, punching: range.lowerBound..<(range.upperBound + page - 1) / page * page)
    }
    var changed: Int64 = 0
    for place in try writer.places(in: range) {
      changed += try clear(place.fileRange, punching: place.fileRange)
    }
    return changed
  }

  private func clear(_ range: Range<Int64>, punching hole: Range<Int64>) throws(FileFault) -> Int64 {
    if canPunch {
      do {
        try file.punchHole(hole)
        return range.upperBound - range.lowerBound
      } catch {
        guard error.cause == .errno(.notSupported) else { throw error }
        canPunch = false
      }
    }
    return try writeZeros(range)
  }

  /// Zeros where there are none. Such a file system says that all of a file is data, also what nobody has ever written: to
  /// look costs little there, and writing would fill the disk.
  private func writeZeros(_ range: Range<Int64>) throws(FileFault) -> Int64 {
    let step = 256 << 10
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * step, alignment: Int(ExtentCursor.page))
    defer { memory.deallocate() }
    let zeros = UnsafeMutableRawBufferPointer(rebasing: memory[step...])
    zeros.zero()
    var position = range.lowerBound
    var written: Int64 = 0
    while position < range.upperBound {
      let count = Int(min(Int64(step), range.upperBound - position))
      let found = UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
      // Behind the end of an image in the making there is nothing to be cleared.
      let read = try file.read(upTo: found, at: position)
      let runs = BlockDifference.runs(
        .init(rebasing: found[..<read]), .init(rebasing: UnsafeRawBufferPointer(zeros)[..<read]))
      for run in runs {
        try file.write(
          .init(rebasing: UnsafeRawBufferPointer(zeros)[..<run.count]), at: position + Int64(run.lowerBound))
        written += Int64(run.count)
      }
      position += Int64(count)
    }
    file.dropCache(range)
    return written
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Overwrites all of it with zeros.
  func zero() {
    if let baseAddress { memset(baseAddress, 0, count) }
  }

  /// The part of the memory, which stands for `whole` of an image, that stands for `range`.
  func part(_ range: Range<Int64>, of whole: Range<Int64>) -> UnsafeMutableRawBufferPointer {
    let start = whole.lowerBound
    return .init(rebasing: self[Int(range.lowerBound - start)..<Int(range.upperBound - start)])
  }
}
