internal import Glibc
internal import ImageFiles
internal import Quantities

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

  /// The file as it is, once whatever is written to it from now on will show in it.
  ///
  /// Before Linux 6.13 a file's times are those of the timer's last tick (`CONFIG_HZ`: each 1 to 10 ms), and a write
  /// within the tick of the one before it leaves them as they were. Some file systems (ext4 with inodes of 128 bytes, ext3,
  /// many servers of NFS) keep whole seconds only, FAT every other one: there the unit has to be over.
  init(settled file: OpenFile) throws(FileFault) {
    self.init(try file.status())
    // The clock of a file server may be ahead of ours: that is not waited for.
    var looks = 0
    while modified + unit > Self.lastTick(), looks < 10 + unit / 2_000_000 {
      sleepFor(.milliseconds(2))
      self.init(try file.status())
      looks += 1
    }
  }

  /// What its time may have been rounded down by, in nanoseconds, as far as can be told from that time. The tick is not
  /// counted in.
  private var unit: Int64 {
    let second: Int64 = 1_000_000_000
    if modified % second != 0 { return 1 }
    return modified / second % 2 == 0 ? 2 * second : second
  }

  /// What the time of a file is that is written to now, or what it is rounded down to; nanoseconds since 1970.
  static func lastTick() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The same file. Device numbers are those of one boot only.
  func isSameFile(as other: FileIdentity, sameBoot: Bool) -> Bool {
    inode == other.inode && (!sameBoot || device == other.device)
  }

  /// Nobody has written to it between the two looks, or changed its mode, its owner or its name: who sets back the time of
  /// its contents cannot set back that of the change.
  func isUntouched(since other: FileIdentity) -> Bool {
    isUnwritten(since: other) && changed == other.changed
  }

  /// Nobody has written to it between the two looks who has not set its time back. For files that others may rest on, too:
  /// these may be linked and given away meanwhile.
  func isUnwritten(since other: FileIdentity) -> Bool { size == other.size && modified == other.modified }
}
