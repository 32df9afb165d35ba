internal import Foundation

/// Folders, by the system's own words: Foundation's say less, and not to a person.
package enum Folders {
  /// Makes a folder and those above it that are not there.
  package static func make(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw POSIXError(.ENOTDIR) }
      return
    }
    let above = (path as NSString).deletingLastPathComponent
    if !above.isEmpty, above != path { try make(above) }
    // Another process may have made it meanwhile.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }
}
