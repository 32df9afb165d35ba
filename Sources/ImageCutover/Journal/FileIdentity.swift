internal import ImageFiles

/// Which file it is, and whether it is still as it was.
public struct FileIdentity: Hashable, Codable, Sendable {
  public var device: UInt64
  public var inode: UInt64
  public var size: Int64
  /// Nanoseconds since 1970: the last change of its contents, and of anything about it.
  public var modified: Int64
  public var changed: Int64

  init(_ status: FileStatus) {
    device = status.isBlockDevice ? status.specialDevice : status.device
    inode = status.inode
    size = status.size
    modified = status.modified
    changed = status.changed
  }

  /// The same file. Device numbers are those of one boot only.
  func isSameFile(as other: FileIdentity, sameBoot: Bool) -> Bool {
    inode == other.inode && (!sameBoot || device == other.device)
  }

  /// Nobody has written to it between the two looks.
  func isUntouched(since other: FileIdentity) -> Bool { size == other.size && modified == other.modified }
}
