internal import Glibc

/// The Linux calls that Glibc's module doesn't show (it is built without `_GNU_SOURCE`), looked up once by name.
///
/// A system without one of them answers `ENOSYS`, as its kernel would.
enum LinuxCall {
  private typealias Fallocate = @Sendable @convention(c) (Int32, Int32, Int64, Int64) -> Int32
  private typealias SyncFileRange = @Sendable @convention(c) (Int32, Int64, Int64, UInt32) -> Int32
  private typealias Renameat2 =
    @Sendable @convention(c) (
      Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
    ) -> Int32

  // The casts are safe because the types repeat the prototypes of fallocate(2), sync_file_range(2), renameat2(2) on
  // systems with a 64-bit `off_t`.
  private static let fallocateSymbol = dlsym(nil, "fallocate").map { unsafeBitCast($0, to: Fallocate.self) }
  private static let syncFileRangeSymbol = dlsym(nil, "sync_file_range").map {
    unsafeBitCast($0, to: SyncFileRange.self)
  }
  private static let renameat2Symbol = dlsym(nil, "renameat2").map { unsafeBitCast($0, to: Renameat2.self) }

  /// The corresponding C constants are `SEEK_DATA` and `SEEK_HOLE`.
  static let seekData: Int32 = 3
  static let seekHole: Int32 = 4

  /// `fallocate` with `FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE`.
  static func punchHole(_ descriptor: Int32, _ offset: Int64, _ length: Int64) -> Int32 {
    guard let fallocateSymbol else { return unknownCall() }
    return fallocateSymbol(descriptor, 0x02 | 0x01, offset, length)
  }

  /// `sync_file_range` with `SYNC_FILE_RANGE_WRITE`, and with both waits around it if `waiting`.
  static func writeBack(_ descriptor: Int32, _ offset: Int64, _ length: Int64, waiting: Bool) -> Int32 {
    guard let syncFileRangeSymbol else { return unknownCall() }
    return syncFileRangeSymbol(descriptor, offset, length, waiting ? 0x01 | 0x02 | 0x04 : 0x02)
  }

  /// `renameat2` with `RENAME_NOREPLACE`.
  static func renameWithoutReplacing(_ directory: Int32, _ from: String, _ to: String) -> Int32 {
    guard let renameat2Symbol else { return unknownCall() }
    return renameat2Symbol(directory, from, directory, to, 0x01)
  }

  private static func unknownCall() -> Int32 {
    errno = ENOSYS
    return -1
  }
}
