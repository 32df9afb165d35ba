internal import ImageFiles

/// A raw image: the file is the disk, and its holes are zeros.
struct RawLayer: DiskLayer {
  let file: OpenFile
  let virtualSize: Int64

  init(_ file: OpenFile) throws {
    self.file = file
    virtualSize = try file.status().size
  }

  var format: ImageFormat { .raw }
  var fileSize: Int64 { virtualSize }

  func run(at position: Int64, limit: Int64, _ tables: inout TableCache) throws -> LayerRun {
    guard let data = try file.nextData(from: position), data < limit else {
      return LayerRun(limit - position, .zero)
    }
    guard data <= position else { return LayerRun(data - position, .zero) }
    var end = try file.nextHole(from: position)
    // A running guest may have punched it between the two calls. Then it is read, which does no harm.
    if end <= position { end = (position | 4095) + 1 }
    return LayerRun(min(end, limit) - position, .data(offset: position))
  }
}
