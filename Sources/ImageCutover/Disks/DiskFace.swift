internal import DiskImages
internal import ImageFiles

/// A disk that is compared or looked at, from whatever it is read.
struct DiskFace {
  private enum Kind {
    case file(OpenFile)
    case disk(VirtualDisk)
    case served(NBDSource)
  }

  let role: FileRole
  let size: Int64
  private let kind: Kind

  /// A raw image.
  init(_ file: OpenFile, size: Int64) {
    role = file.role
    self.size = size
    kind = .file(file)
  }

  init(_ disk: VirtualDisk, _ role: FileRole) {
    self.role = role
    size = disk.virtualSize
    kind = .disk(disk)
  }

  /// What a server serves, whatever the format of the file that it serves it from.
  init(_ server: NBDSource) {
    role = .source
    size = server.size
    kind = .served(server)
  }

  /// Whether both are read from one file.
  func isSameFile(as other: DiskFace) throws(FileFault) -> Bool {
    guard let file, let another = other.file else { return false }
    return try file.status().isSameFile(as: another.status())
  }

  private var file: OpenFile? {
    switch kind {
    case .file(let file): file
    case .disk(let disk): disk.layers.first?.file
    case .served: nil
    }
  }

  func open() -> ReadingEnd {
    switch kind {
    case .file(let file): ReadingEnd(file, size: size)
    case .disk(let disk): ReadingEnd(disk)
    case .served(let server): ReadingEnd(NBDFiles(source: server).file, size: size)
    }
  }

  var cursor: any DataCursor {
    switch kind {
    case .file(let file): ExtentCursor(file, size: size)
    case .disk(let disk): DiskCursor(disk)
    case .served(let server): NBDCursor.data(of: server)
    }
  }

  /// Lets the cache forget what it has of its files, so that reads ask the disk.
  func dropCache() {
    switch kind {
    case .file(let file): file.dropCache(0..<max(size, 1))
    case .disk(let disk): for layer in disk.layers { layer.file.dropCache(0..<max(layer.fileSize, 1)) }
    case .served: break
    }
  }

  /// Reads plainly, one call after the other.
  func makeReader() -> (UnsafeMutableRawBufferPointer, Int64) throws -> Void {
    switch kind {
    case .file(let file): return { try file.read(into: $0, at: $1) }
    case .disk(let disk):
      var reader = disk.reader()
      return { try reader.read(into: $0, at: $1) }
    case .served(let server):
      let file = NBDFiles(source: server).file
      return { try file.read(into: $0, at: $1) }
    }
  }

  /// The start of the first page in the range that holds anything but zeros.
  func firstNonZero(in range: Range<Int64>) throws -> Int64? {
    let step: Int64 = 256 << 10
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(step) * 2, alignment: Int(ExtentCursor.page))
    defer { buffer.deallocate() }
    buffer.zero()
    let zeros = UnsafeRawBufferPointer(rebasing: buffer[Int(step)...])
    let read = makeReader()
    var cursor = cursor
    var position = range.lowerBound
    while let extent = try cursor.data(from: position), extent.lowerBound < range.upperBound {
      let part = extent.lowerBound..<min(extent.upperBound, extent.lowerBound + step, range.upperBound)
      let count = Int(part.upperBound - part.lowerBound)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
      try read(bytes, part.lowerBound)
      if let run = BlockDifference.runs(.init(bytes), .init(rebasing: zeros[..<count])).first {
        return part.lowerBound + Int64(run.lowerBound)
      }
      position = part.upperBound
    }
    return nil
  }
}
