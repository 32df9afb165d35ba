internal import Foundation

/// A file that is written beside its place, piece by piece, and put there when it is whole.
final class TextFile {
  // A class because it owns the file, and removes it when it goes.
  private let path: String
  /// `nil`: what is there is written as it is.
  private let partial: String?
  private let handle: FileHandle
  private var pending = Data()

  init(_ path: String) throws {
    self.path = path
    switch try OutputPlace(path) {
    case .file:
      let partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
      self.partial = partial
      handle = try OutputPlace.open(partial)
    case .stream:
      partial = nil
      handle = try OutputPlace.open(path, 0)
    }
  }

  /// Writes a whole file at once.
  static func write(_ text: String, to path: String) throws {
    let file = try TextFile(path)
    try file.put(text)
    try file.publish()
  }

  func put(_ text: String) throws {
    pending.append(contentsOf: text.utf8)
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Gives the file its name.
  func publish() throws {
    try flush()
    do {
      try handle.close()
      guard let partial else { return }
      guard rename(partial, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch { throw OutputPlace.failed(path, error) }
  }

  private func flush() throws {
    do { try handle.write(contentsOf: pending) } catch { throw OutputPlace.failed(path, error) }
    pending.removeAll(keepingCapacity: true)
  }

  deinit { if let partial { unlink(partial) } }
}
