internal import CLinux
internal import Glibc

/// The Linux calls that Glibc's module doesn't show (it is built without `_GNU_SOURCE`).
enum LinuxCall {
  /// The corresponding C constants are `SEEK_DATA` and `SEEK_HOLE`.
  static let seekData: Int32 = 3
  static let seekHole: Int32 = 4

  /// `fallocate` with `FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE`.
  static func punchHole(_ descriptor: Int32, _ offset: Int64, _ length: Int64) -> Int32 {
    linux_punch_hole(descriptor, offset, length)
  }

  /// `fallocate` with `FALLOC_FL_KEEP_SIZE`.
  static func preallocate(_ descriptor: Int32, _ offset: Int64, _ length: Int64) -> Int32 {
    linux_preallocate(descriptor, offset, length)
  }

  /// `renameat2` with `RENAME_NOREPLACE`.
  static func renameWithoutReplacing(_ directory: Int32, _ from: String, _ to: String) -> Int32 {
    linux_rename_without_replacing(directory, from, to)
  }
}
