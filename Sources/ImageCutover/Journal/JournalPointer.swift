internal import ImageFiles
internal import SystemPackage

/// What lies beside the destination of each further disk of a guest, under the name that a journal of its own would
/// bear: where the journal of them all is.
///
/// It is made after that journal and removed before it, so that one which leads nowhere belongs to nothing that is
/// under way. It may be missing where a driver died between the two; whoever opens the journal to go on makes it again.
struct JournalPointer: Sendable {
  private let directory: OpenFile
  private let name: String
  private let path: String
  /// The destination beside which the journal is.
  private let first: String
  /// What that was called before its folder was moved.
  private let former: String?

  /// - Parameter name: Of the disk's destination in its directory, of which `path` is the whole.
  init(_ name: String, in directory: OpenFile, path: String, to first: String, formerly former: String? = nil)
  {
    self.directory = directory
    self.former = former
    self.name = name + CutoverJournal.suffix
    self.path = path + CutoverJournal.suffix
    self.first = first
  }

  private var files: any FileAccess { directory.files }

  /// Makes it, durably, unless it is there. What bears its name and is none of ours is left alone.
  func make() throws {
    guard let file = try create() else { return }
    let frame = JournalFrame.encode(try JournalCoding.encode(.beside(first)), number: 0, seed: 0)
    try frame.withUnsafeBytes { try file.write($0, at: 0) }
    try file.synchronizeData()
    try directory.synchronize()
  }

  private func create() throws(FileFault) -> OpenFile? {
    do {
      return OpenFile(try files.create(name, in: directory.descriptor), files, .journal, path: path)
    } catch .fileExists {
      guard let there = try open(), let target = try? Self.target(of: there),
        target == "" || target == former
      else { return nil }
      try remove()
      return try create()
    } catch { throw FileFault(role: .journal, path: path, doing: "create", cause: .errno(error)) }
  }

  private func open() throws(FileFault) -> OpenFile? {
    do {
      return OpenFile(
        try files.open(name, in: directory.descriptor, forWriting: false), files, .journal, path: path)
    } catch .noSuchFileOrDirectory { return nil } catch {
      throw FileFault(role: .journal, path: path, doing: "open", cause: .errno(error))
    }
  }

  /// Removes it if it is ours: whole, or as a driver left it that died making it.
  func remove() throws(FileFault) {
    guard let file = try open(), let target = try? Self.target(of: file),
      target == first || target == "" || target == former
    else { return }
    do { try files.remove(name, in: directory.descriptor) } catch {
      if error != .noSuchFileOrDirectory {
        throw FileFault(role: .journal, path: path, doing: "remove", cause: .errno(error))
      }
    }
    try directory.synchronize()
  }

  /// Where the file leads to: a destination; `nil` if it is a journal itself, or nothing that is known.
  ///
  /// - Returns: An empty path for one whose making was broken off.
  static func target(of file: OpenFile) throws -> String? {
    var bytes = [UInt8](repeating: 0, count: most)
    let count = try bytes.withUnsafeMutableBytes { try file.read(upTo: $0, at: 0) }
    bytes.removeLast(bytes.count - count)
    // A journal that another driver has just made is locked, and as empty.
    guard let found = JournalFrame.decode(bytes, at: 0, seed: 0) else {
      guard count < most, JournalFrame.mayBeTorn(bytes) else { return nil }
      return (try? file.files.isLocked(file.descriptor, 0..<1)) == false ? "" : nil
    }
    guard found.number == 0, case .beside(let first) = try? JournalCoding.decode(found.payload) else {
      return nil
    }
    return first
  }

  /// More than any has: a path, and what is around it.
  private static let most = 16 << 10
}
