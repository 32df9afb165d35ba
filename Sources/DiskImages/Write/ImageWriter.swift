package import ImageFiles

/// An image in the making: it says where in its file a byte of the disk belongs, and keeps the tables.
///
/// The caller moves the bytes, with whatever I/O is fastest:
/// ```swift
/// let writer = try ImageWriters.create(.qcow2, in: file, size: disk.virtualSize)
/// for place in try writer.place(range) { /* write place.range of the disk to place.offset of the file */ }
/// try writer.finish()
/// ```
///
/// Any number of threads may call it at once: one lock guards the tables. `place` is quick, but now and then it reads
/// or writes a table under that lock. Who writes to the places, and who punches them, must not do both to the same
/// bytes at once.
///
/// **Nothing that is interrupted looks like an image**: a header that makes the file one is written by `finish()`, last,
/// when all it points to is on the disk. Until then the file says that it is unfinished, and readers refuse it.
///
/// Failing system calls are thrown as `FileFault`, what the format cannot hold as `ImageProblem`. After a `FileFault` the
/// writer is as it was before the call, unless it was a flush that failed: then only `discard` is left.
package protocol ImageWriter: AnyObject, Sendable {
  var format: ImageFormat { get }
  var file: OpenFile { get }
  /// The size of the disk, in bytes.
  var virtualSize: Int64 { get }

  /// Where the bytes of `range` are to be written, in order and without gaps; room is made for what has none yet.
  ///
  /// The same range has the same place for ever. The bytes around it that were never written read as zeros.
  func place(_ range: Range<Int64>) throws -> [DiskPlace]

  /// What of `range` has a place, in order; what lies between reads as zeros. This is where to read back what was
  /// written, and what to punch (`FALLOC_FL_PUNCH_HOLE`, or zeros written) where the disk is to be zero again.
  func places(in range: Range<Int64>) throws -> [DiskPlace]

  /// Makes the disk longer; what is added reads as zeros. Never shorter.
  func grow(to size: Int64) throws

  /// Keeps no more of the tables in memory than take so many bytes, as far as the format lets it; 0 while nothing is
  /// written.
  func holdTables(within bytes: Int) throws

  /// Flushes data and tables; when it returns, everything that was placed and written before it was called is on the
  /// disk, and `ImageWriters.resume` can go on from the checkpoint after a crash.
  func checkpoint() throws -> WriterCheckpoint

  /// Makes the file a whole image, durably: data and tables first, flushed, then the header, flushed. Then nothing can
  /// be placed any more.
  func finish() throws
}

/// A run of a disk and where in the image's file its bytes are.
package struct DiskPlace: Hashable, Sendable {
  package var range: Range<Int64>
  /// Where `range.lowerBound` is, in bytes.
  package var offset: Int64

  package init(_ range: Range<Int64>, at offset: Int64) {
    self.range = range
    self.offset = offset
  }

  /// Where it is in the file.
  package var fileRange: Range<Int64> { offset..<offset + range.upperBound - range.lowerBound }
}

/// What a journal keeps to go on with an unfinished image. Whatever was placed later is forgotten, and copied again.
package struct WriterCheckpoint: Hashable, Sendable, Codable {
  package var format: ImageFormat
  package var virtualSize: Int64
  /// The unit of allocation, in bytes; 0 for raw.
  package var unit: Int64
  /// The first byte of the file that was not given away.
  package var end: Int64
  /// Where the root of the tables is, and its length, in bytes.
  package var root: Int64
  package var rootSize: Int64
  /// Parts of the file that nothing uses any more.
  package var unused: [Range<Int64>]
  /// What identifies the image, for formats that have such a thing.
  package var identifier: [UInt8]

  package init(
    format: ImageFormat, virtualSize: Int64, unit: Int64 = 0, end: Int64 = 0, root: Int64 = 0,
    rootSize: Int64 = 0, unused: [Range<Int64>] = [], identifier: [UInt8] = []
  ) {
    self.format = format
    self.virtualSize = virtualSize
    self.unit = unit
    self.end = end
    self.root = root
    self.rootSize = rootSize
    self.unused = unused
    self.identifier = identifier
  }
}
