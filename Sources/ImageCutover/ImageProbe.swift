internal import CutoverCore
internal import Glibc
internal import ImageFiles
public import Quantities
internal import SystemPackage

/// A short look at an image and at the place it is to go to: the facts that a prediction of the cutover needs.
///
/// ```swift
/// let facts = try ImageProbe(source: "/old/disk.raw", destination: "/new/disk.raw").measure()
/// print(facts.allocated, facts.readRate, facts.writeRate)
/// ```
///
/// It changes nothing: the file that it writes to time the destination has no name any more when the first byte is
/// written. The rates are those of a moment, on an otherwise unloaded copy; what is cached is read from the cache, as
/// the copy would.
public struct ImageProbe: Sendable {
  public var source: String
  /// Where the image is to go; only its directory is looked at.
  public var destination: String
  /// The most that is read, and what is written.
  public var sample: Bytes

  var files: any FileAccess = LinuxFiles()

  public init(source: String, destination: String, sample: Bytes = .mebibytes(64)) {
    self.source = source
    self.destination = destination
    self.sample = sample
  }

  public func measure() throws(ImageCutoverError) -> ImageFacts {
    let source = try CutoverSite.openSource(source, files)
    let place = try CutoverSite.split(destination).directory
    let directory = try CutoverSite.openDirectory(place, files)
    do {
      let status = try source.status()
      guard status.isRegular else { throw ImageCutoverError.sourceNotRegular(path: self.source) }
      var facts = ImageFacts(
        virtualSize: Bytes(status.size), allocated: Bytes(status.allocated), extents: 0,
        sourceDevice: status.device, destinationDevice: try directory.status().device,
        free: Bytes(try files.freeSpace(directory.descriptor)))
      try read(source, size: status.size, into: &facts)
      facts.writeRate = try write(in: directory)
      return facts
    } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
  }

  private static let step: Int64 = 1 << 20

  /// Counts the extents, and times reading some of them, spread over the image.
  private func read(_ source: OpenFile, size: Int64, into facts: inout ImageFacts) throws(FileFault) {
    var cursor = ExtentCursor(source, size: size)
    var position: Int64 = 0
    var data: Int64 = 0
    while let extent = try cursor.data(from: position) {
      facts.extents += 1
      data += extent.upperBound - extent.lowerBound
      position = extent.upperBound
    }
    // Of every `stride` bytes of data, one step is read.
    let stride = max(Self.step, data / max(sample.count / Self.step, 1))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(Self.step), alignment: 4096)
    defer { buffer.deallocate() }
    cursor = ExtentCursor(source, size: size)
    position = 0
    var (passed, due, read): (Int64, Int64, Int64) = (0, 0, 0)
    let began = monotonicNow()
    while let extent = try cursor.data(from: position), read < sample.count {
      let length = min(extent.upperBound - extent.lowerBound, Self.step)
      if passed >= due {
        try source.read(into: .init(rebasing: buffer[..<Int(length)]), at: extent.lowerBound)
        read += length
        due += stride
      }
      passed += length
      position = extent.lowerBound + length
    }
    guard read > 0 else { return }
    facts.readRate = Self.rate(of: read, since: began)
  }

  private func write(in directory: OpenFile) throws -> ByteRate {
    let name = ".fleetshift-probe-\(getpid())-\(monotonicNow().nanoseconds)"
    let descriptor: FileDescriptor
    do { descriptor = try files.create(name, in: directory.descriptor) } catch {
      throw ImageCutoverError.directoryNotWritable(path: directory.path, why: "\(error)")
    }
    let file = OpenFile(descriptor, files, .destination, path: directory.path + "/" + name)
    try files.remove(name, in: directory.descriptor)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(Self.step), alignment: 4096)
    defer { buffer.deallocate() }
    // Not zeros: some disks write those for nothing.
    buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
    let began = monotonicNow()
    var offset: Int64 = 0
    while offset < sample.count {
      let length = min(Self.step, sample.count - offset)
      try file.write(.init(rebasing: buffer[..<Int(length)]), at: offset)
      offset += length
    }
    try file.synchronizeData()
    return Self.rate(of: offset, since: began)
  }

  private static func rate(of amount: Int64, since began: Instant) -> ByteRate {
    ByteRate(bytesPerSecond: Double(amount) / max((monotonicNow() - began).seconds, 1e-9))
  }
}

/// What a probe found.
public struct ImageFacts: Hashable, Codable, Sendable {
  public var virtualSize: Bytes
  public var allocated: Bytes
  /// Pieces of data between holes.
  public var extents: Int
  /// `st_dev` of either side: the same number means one file system, whose disk both share.
  public var sourceDevice: UInt64
  public var destinationDevice: UInt64
  /// Room at the destination.
  public var free: Bytes
  /// `nil`: there is nothing to read.
  public var readRate: ByteRate?
  /// With the flush at the end.
  public var writeRate: ByteRate = .zero
}
