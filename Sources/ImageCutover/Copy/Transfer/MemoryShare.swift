internal import DiskImages

/// What each of several disks that are at work at once may hold in memory, so that all together hold no more than one
/// alone: with the program itself below 64 MiB.
///
/// The memory is divided, not shared: a disk that hangs, or is slow, keeps what it has, and could keep all of what
/// everybody takes from.
struct MemoryShare: Hashable, Sendable {
  /// How many are at work at once.
  var sharers = 1
  /// Whether one of the images has tables, which are paid for with windows.
  var hasTables = false

  static let whole = MemoryShare()

  /// What all windows together may hold, in bytes.
  var windows: Int { (hasTables ? 10 << 20 : 20 << 20) / sharers }
  /// What those that are compared may hold besides.
  var comparisons: Int { (hasTables ? 4 << 20 : 6 << 20) / sharers }
  /// How many writes are remembered until they are flushed and read back: 1 MiB of records.
  var records: Int { 32_768 / sharers }

  /// What may wait for a flush to be read back, in bytes, before one is made for it: about as much as is under way at once.
  var unread: Int64 { (16 << 20) / Int64(sharers) }

  /// What of an image in the making may stay in memory of its tables, in bytes, and what each walk over a chain may hold,
  /// of which a proof makes four. Both go through the tables in the order of the disk, and come back to one only in the
  /// next pass.
  var tablesWritten: Int { (4 << 20) / sharers }
  var tablesRead: Int { (2 << 20) / sharers }

  /// The disk, to be walked over within the share.
  func holding(_ disk: VirtualDisk) -> VirtualDisk {
    var disk = disk
    disk.tableMemory = tablesRead
    return disk
  }

  /// The longest window, at most as long as this: a power of two of which at least one can be compared at a time.
  func window(atMost wanted: Int64) -> Int64 {
    min(wanted, 1 << Int64(Int.bitWidth - 1 - comparisons.leadingZeroBitCount))
  }
}
