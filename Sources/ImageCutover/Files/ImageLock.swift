internal import ImageFiles
internal import SystemPackage

/// Locks on an image as QEMU takes them (`block/file-posix.c`), so that it and we refuse what the other has in use.
///
/// A program that may do a thing holds a shared lock on byte 100 + n; one that does not let others do it holds one on
/// byte 200 + n. Before it begins it looks whether anybody holds the opposite byte.
struct ImageLock: Sendable {
  /// The numbers of QEMU's `BLK_PERM_*` bits.
  private enum Permission: Int64, CaseIterable {
    case consistentRead = 0
    case write, writeUnchanged, resize

    var held: Range<Int64> { 100 + rawValue..<101 + rawValue }
    var denied: Range<Int64> { 200 + rawValue..<201 + rawValue }
  }

  private static let changing: [Permission] = [.write, .resize]

  let file: OpenFile

  /// What a reader takes: nobody else may write. `false` if somebody does.
  func denyWriting() throws(FileFault) -> Bool {
    try take([.consistentRead], denying: Self.changing)
  }

  /// What a reader of a running guest's image takes.
  func shareWriting() throws(FileFault) -> Bool { try take([.consistentRead], denying: []) }

  /// What the maker of an image takes: it is nobody else's.
  func exclude() throws(FileFault) -> Bool {
    try take([.consistentRead, .write, .resize], denying: Permission.allCases)
  }

  func release() {
    for permission in Permission.allCases {
      try? file.files.lock(file.descriptor, permission.held, .none)
      try? file.files.lock(file.descriptor, permission.denied, .none)
    }
  }

  private func take(_ wanted: [Permission], denying denied: [Permission]) throws(FileFault) -> Bool {
    do {
      for permission in wanted { try file.files.lock(file.descriptor, permission.held, .shared) }
      for permission in denied { try file.files.lock(file.descriptor, permission.denied, .shared) }
      for permission in wanted where try file.files.isLocked(file.descriptor, permission.denied) {
        release()
        return false
      }
      for permission in denied where try file.files.isLocked(file.descriptor, permission.held) {
        release()
        return false
      }
      return true
    } catch {
      // Some network file systems know no locks; QEMU goes without there, too.
      if error == .invalidArgument || error == .noLocks || error == .notSupported { return true }
      throw FileFault(role: file.role, path: file.path, doing: "lock", cause: .errno(error))
    }
  }
}
