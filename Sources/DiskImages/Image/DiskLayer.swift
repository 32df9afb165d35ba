package import ImageFiles

/// One file of an image's chain, read as its format says.
///
/// A value that holds what the headers say; the tables stay in the file, and are read through the `TableCache` that
/// the caller brings, so that memory does not grow with the image.
package protocol DiskLayer: Sendable {
  var format: ImageFormat { get }
  var file: OpenFile { get }
  /// The size of the virtual disk that this layer describes, in bytes.
  var virtualSize: Int64 { get }
  /// What the file names as its parent; `nil` for the last of a chain.
  var parent: ParentReference? { get }
  /// By which its children know it, where the format has such a thing.
  var identifier: ImageIdentifier? { get }
  /// What is odd about it, and not wrong enough to refuse it.
  var notices: [String] { get }
  /// The size of the file when it was opened, in bytes.
  var fileSize: Int64 { get }
  /// What its headers say, in the words of its format, such as `cluster size 65536`.
  var features: [String] { get }

  /// What this layer alone says of the run that begins at `position`, which is below `virtualSize`.
  ///
  /// The run is not empty, ends at `limit` at the latest, and need not be the longest possible.
  func run(at position: Int64, limit: Int64, _ tables: inout TableCache) throws -> LayerRun
}

extension DiskLayer {
  package var parent: ParentReference? { nil }
  package var identifier: ImageIdentifier? { nil }
  package var notices: [String] { [] }
  package var features: [String] { [] }
}

/// What a layer says of a run of its disk.
package struct LayerRun: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case data(offset: Int64)
    case zero
    /// A part of one compressed cluster, whose bytes unpacked begin `skip` bytes before the run.
    case compressed(CompressedCluster.Method, stored: Range<Int64>, size: Int, skip: Int)
    /// Not in this layer: the parent knows; without one, zeros.
    case absent
  }

  package var length: Int64
  package var content: Content

  package init(_ length: Int64, _ content: Content) {
    self.length = length
    self.content = content
  }
}

/// What an image names as its parent.
package struct ParentReference: Hashable, Sendable {
  /// The paths to try, in order; relative ones are meant from the image's own directory.
  package var candidates: [String]
  /// `nil`: the image does not say.
  package var format: ImageFormat?
  /// The parent's own identifier, where the format has one.
  package var identifier: ImageIdentifier?
  /// When the parent had last been changed, in seconds of Unix time, where the format says so.
  package var modified: Int64?
  /// The image names a protocol, too (`file:`): such a path QEMU looks up from where it runs.
  package var hasProtocol = false

  package init(
    candidates: [String], format: ImageFormat?, identifier: ImageIdentifier? = nil, modified: Int64? = nil
  ) {
    self.candidates = candidates
    self.format = format
    self.identifier = identifier
    self.modified = modified
  }
}

/// The sixteen bytes by which a VHD is known to its children.
package struct ImageIdentifier: Hashable, Sendable, CustomStringConvertible {
  package var bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  package var description: String {
    let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
    return groups.map { digits[$0.clamped(to: 0..<digits.count)].joined() }.joined(separator: "-")
  }
}
