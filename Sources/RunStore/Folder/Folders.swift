internal import Foundation

/// Folders, by the system's own words: Foundation's say less, and not to a person.
package enum Folders {
  /// The folder that a file or a folder of that path lies in; empty where the path does not say.
  ///
  /// Foundation's `deletingLastPathComponent` traps on a name of one letter.
  package static func above(_ path: String) -> String {
    (path.hasPrefix("/") ? "/" : "") + path.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// Makes a folder and those above it that are not there.
  package static func make(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw POSIXError(.ENOTDIR) }
      return
    }
    let above = above(path)
    if !above.isEmpty, above != path { try make(above) }
    // Another process may have made it meanwhile.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }
}
