public import Quantities

/// What a probe found.
public struct ImageFacts: Hashable, Codable, Sendable {
  /// Which file it is, and as of when.
  public var identity: FileIdentity
  public var virtualSize: Bytes
  public var allocated: Bytes
  /// What the new image will take, in its format: data and tables, and what its file system cannot leave out.
  public var destinationAllocated: Bytes
  /// The files of the source's chain, the image itself first.
  public var links: [ImageLink] = []
  /// What the source holds and a flattened image does not, such as snapshots, and what else is to be known of it.
  public var notices: [String]?
  /// How many disks of the guest are at work at once; `nil`: there is one.
  public var sideBySide: Int?
  /// Pieces of data between holes.
  public var extents = 0
  /// `st_dev` of either side, or the number of the device itself: the same one means that both share a disk.
  public var sourceDevice: UInt64
  public var destinationDevice: UInt64
  /// Room at the destination.
  public var free: Bytes
  public var abilities = Abilities()
  /// A pass writes nothing, but has the destination share the source's blocks.
  public var sharesBlocks = false
  /// Data of the source per second: in a first pass, once it is under way, with whatever is read back; in a later one
  /// that finds nothing; and in the proof, if there is to be one. `nil`: there is nothing to measure, or it is as the
  /// first.
  public var copyRate: ByteRate?
  public var scanRate: ByteRate?
  public var compareRate: ByteRate?
  /// What a pass costs besides, in seconds: to get under way, and its last flush.
  public var passSeconds = 0.0
  /// What it costs to put down one line durably, in seconds: the journal does so at each step.
  public var noteSeconds = 0.0
  /// How far the rates can be trusted: the standard deviation of the parts of what was measured, over their mean.
  public var spread = 0.0

  /// What the file system of the destination offers to a copy.
  public struct Abilities: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Holes can be seen and made.
    public var holes = false
    /// Its cache can be gone past (`O_DIRECT`).
    public var direct = false
    /// Blocks can be shared with the source (`FICLONE`).
    public var reflink = false

    public var description: String {
      let words = [(holes, "holes"), (direct, "direct I/O"), (reflink, "reflinks")].filter(\.0).map(\.1)
      return words.isEmpty ? "neither holes nor direct I/O" : words.joined(separator: ", ")
    }
  }
}
