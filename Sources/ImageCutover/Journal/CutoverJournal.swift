internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// The journal beside the destination: records are only ever appended, and each is on the disk when its call returns.
///
/// While it is open it is locked: two cutovers to one destination exclude each other.
final class CutoverJournal: Sendable {
  /// What its name adds to the image's.
  static let suffix = OwnNames.journal
  /// Room is made for so much at a time, so that a full disk does not keep a cutover from going back in good order.
  private static let room: Int64 = 1 << 18
  /// The longest that is read, in bytes. Two checkpoints a second of each of eight disks take some 400 MiB a day.
  private static let mostBytes: Int64 = 1 << 30
  /// Behind which no more checkpoints are written: who takes it up after so many days does more over again. All else goes
  /// on to be written, and is little.
  private static let mostOfCheckpoints = mostBytes - (64 << 20)

  private struct State {
    var end: Int64
    var next: UInt64
    var reserved: Int64
    /// The first failure; there is none to come after it.
    var failure: FileFault?
  }

  let file: OpenFile
  private let name: String
  private let directory: OpenFile
  /// What leads to it from the places of a guest's other disks.
  private let pointers: [JournalPointer]
  private let seed: UInt64
  private let state: Monitor<State>

  private init(
    _ file: OpenFile, _ name: String, _ directory: OpenFile, _ pointers: [JournalPointer], seed: UInt64,
    _ state: State
  ) {
    self.file = file
    self.name = name
    self.directory = directory
    self.pointers = pointers
    self.seed = seed
    self.state = Monitor(state)
  }

  // MARK: - Beginning

  /// Makes the journal of a new cutover, durably.
  static func create(
    for destination: String, in directory: OpenFile, path: String, _ header: JournalHeader,
    pointers: [JournalPointer] = []
  ) throws -> CutoverJournal {
    let name = destination + suffix
    let file: OpenFile
    do {
      file = OpenFile(
        try directory.files.create(name, in: directory.descriptor), directory.files, .journal,
        path: path + suffix)
    } catch { throw FileFault(role: .journal, path: path + suffix, doing: "create", cause: .errno(error)) }
    let journal = CutoverJournal(
      file, name, directory, pointers, seed: header.seed, State(end: 0, next: 0, reserved: 0))
    // Who saw it empty, between these two calls, may be about to clear it away, or has done so: then it is his turn.
    let taken = FileFault(role: .journal, path: file.path, doing: "create", cause: .errno(.fileExists))
    do { try takeLock(of: file) } catch {
      if error.cause == .errno(.resourceTemporarilyUnavailable) || error.cause == .errno(.permissionDenied) {
        throw taken
      }
      // Where it cannot be locked at all, nobody else has it.
      try? journal.remove()
      throw error
    }
    guard try journal.isNamed() else { throw taken }
    do {
      try journal.append(.header(header))
      try directory.synchronize()
      for pointer in pointers { try pointer.make() }
    } catch {
      try? journal.remove()
      throw error
    }
    return journal
  }

  /// Opens a journal to go on with it; a torn tail is cut off.
  static func open(for destination: String, in directory: OpenFile, path: String) throws
    -> (journal: CutoverJournal, history: JournalHistory)
  {
    let file = try openFile(for: destination, in: directory, path: path, forWriting: true)
    try takeLock(of: file)
    let bytes = try contents(of: file)
    var history = try JournalHistory(bytes)
    history.wasFound(at: path, in: directory)
    // A torn tail is cut off; what the last record lacks of its own is put there, so that the next one begins where it
    // is looked for.
    if history.length != bytes.count {
      try file.setSize(to: Int64(history.length))
    }
    // What was read may have been in the cache only.
    try file.synchronize()
    let pointers = Self.pointers(of: history.header, beside: directory)
    for pointer in pointers { try pointer.make() }
    return (
      CutoverJournal(
        file, destination + suffix, directory, pointers, seed: history.header.seed,
        State(end: Int64(history.length), next: history.records, reserved: Int64(history.length))),
      history
    )
  }

  /// Those of a guest's further disks; a place that is gone needs none.
  private static func pointers(of header: JournalHeader, beside directory: OpenFile) -> [JournalPointer] {
    guard let first = header.disks.first?.destinationPath else { return [] }
    return header.disks.enumerated().dropFirst().compactMap { number, disk in
      guard let place = try? header.place(ofDisk: number, beside: directory, forWriting: false) else {
        return nil
      }
      return JournalPointer(
        place.name, in: place.directory, path: disk.destinationPath, to: first,
        formerly: header.formerDestination)
    }
  }

  /// Whether a driver died before the first record was whole, and so before anything was begun; or what is there leads
  /// to a journal that is gone.
  static func nothingBegan(for destination: String, in directory: OpenFile, path: String) -> Bool {
    do {
      if let first = try first(for: destination, in: directory, path: path) {
        do { _ = try directory.files.status(first + suffix, following: false) } catch {
          return error == .noSuchFileOrDirectory
        }
        return false
      }
      _ = try read(for: destination, in: directory, path: path)
      return false
    } catch let damage as JournalDamage { return damage == .empty || damage == .noHeader } catch {
      return false
    }
  }

  /// What is to be said of a journal that is in the way.
  static func obstacle(for destination: String, in directory: OpenFile, path: String) -> ImageCutoverError {
    do {
      // Of one that leads to another, that one tells.
      if try first(for: destination, in: directory, path: path) != nil { return .unfinished(path: path) }
      let history = try read(for: destination, in: directory, path: path).history
      return history.outcome == nil ? .unfinished(path: path) : .over(path: path)
    } catch JournalDamage.foreign {
      return .foreignFile(path: path + suffix)
    } catch JournalDamage.headless {
      return .journalUnusable(path: path + suffix, why: "\(JournalDamage.headless)")
    } catch { return .unfinished(path: path) }
  }

  /// Removes one of which `nothingBegan`, unless somebody has taken it meanwhile; says whether the name is free.
  static func clear(for destination: String, in directory: OpenFile, path: String) -> Bool {
    let name = destination + suffix
    do {
      let file = try openFile(for: destination, in: directory, path: path, forWriting: true)
      try takeLock(of: file)
      guard try isNamed(name, file, in: directory), nothingBegan(for: destination, in: directory, path: path)
      else {
        return false
      }
      try directory.files.remove(name, in: directory.descriptor)
      return true
    } catch { return false }
  }

  /// Whether this is the file that bears the name.
  private static func isNamed(_ name: String, _ file: OpenFile, in directory: OpenFile) throws(FileFault)
    -> Bool
  {
    let own = try file.status()
    do { return try directory.files.status(name, in: directory.descriptor).isSameFile(as: own) } catch {
      guard error == .noSuchFileOrDirectory else {
        throw FileFault(role: .journal, path: file.path, doing: "stat", cause: .errno(error))
      }
      return false
    }
  }

  /// Whether the new one bears its name; where that cannot be told it is removed, for nobody else has it.
  private func isNamed() throws -> Bool {
    do { return try Self.isNamed(name, file, in: directory) } catch {
      try? remove()
      throw error
    }
  }

  /// Whether a driver has the cutover in hands that this journal tells of, or what leads to it.
  static func isAtWork(for destination: String, in directory: OpenFile, path: String) -> Bool {
    do {
      if let first = try first(for: destination, in: directory, path: path) {
        let place = try CutoverSite.split(first)
        let other = try CutoverSite.openDirectory(place.directory, directory.files, forWriting: false)
        return try isInUse(openFile(for: place.name, in: other, path: first, forWriting: false))
      }
      return try isInUse(openFile(for: destination, in: directory, path: path, forWriting: false))
    } catch { return false }
  }

  private static func isInUse(_ file: OpenFile) -> Bool {
    (try? file.files.isLocked(file.descriptor, 0..<1)) ?? false
  }

  /// The destination beside which the journal of this disk is, if that is another's.
  static func first(for destination: String, in directory: OpenFile, path: String) throws -> String? {
    let file = try openFile(for: destination, in: directory, path: path, forWriting: false)
    guard let first = try JournalPointer.target(of: file), !first.isEmpty else { return nil }
    // The folder of both may have been moved.
    let name = try CutoverSite.split(first).name
    if name != destination, (try? directory.files.status(first + suffix, following: false)) == nil,
      (try? directory.files.status(name + suffix, in: directory.descriptor)) != nil
    {
      return FilePath(path).removingLastComponent().appending(name).string
    }
    return first
  }

  /// A look at a journal that may be in use.
  static func read(for destination: String, in directory: OpenFile, path: String) throws
    -> (history: JournalHistory, isInUse: Bool)
  {
    let file = try openFile(for: destination, in: directory, path: path, forWriting: false)
    var history = try JournalHistory(try contents(of: file))
    history.wasFound(at: path, in: directory)
    return (history, isInUse(file))
  }

  private static func openFile(
    for destination: String, in directory: OpenFile, path: String, forWriting: Bool
  ) throws(FileFault) -> OpenFile {
    do {
      let descriptor = try directory.files.open(
        destination + suffix, in: directory.descriptor, forWriting: forWriting)
      return OpenFile(descriptor, directory.files, .journal, path: path + suffix)
    } catch { throw FileFault(role: .journal, path: path + suffix, doing: "open", cause: .errno(error)) }
  }

  /// What it says, if it is ours: whoever may write to it commands what runs in our name.
  private static func contents(of file: OpenFile) throws -> [UInt8] {
    let status = try file.status()
    guard status.user == geteuid() || status.user == 0 else { throw JournalDamage.ofUser(status.user) }
    guard status.mode & 0o022 == 0 else { throw JournalDamage.writableByOthers(mode: status.mode & 0o777) }
    let size = status.size
    guard size <= Self.mostBytes else { throw JournalDamage.tooLarge(size) }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    // The status was taken before: a writer may have cut it meanwhile.
    let read = try bytes.withUnsafeMutableBytes { try file.read(upTo: $0, at: 0) }
    bytes.removeLast(bytes.count - read)
    return bytes
  }

  private static func takeLock(of file: OpenFile) throws(FileFault) {
    do { try file.files.lock(file.descriptor, 0..<1, .exclusive) } catch {
      throw FileFault(role: .journal, path: file.path, doing: "lock", cause: .errno(error))
    }
  }

  /// Lets another driver have it; nothing may be appended any more.
  func release() { try? file.files.lock(file.descriptor, 0..<1, .none) }

  // MARK: - Writing

  /// Whether a record could not be written: from then on nothing is.
  var failure: FileFault? { state.withLock { $0.failure } }

  /// Appends a record; when it returns, the record is on the disk.
  func append(_ record: JournalRecord) throws {
    let payload = try JournalCoding.encode(record)
    try state.withLock { (state) throws(FileFault) in
      if let failure = state.failure { throw failure }
      if case .checkpoint = record, state.end > Self.mostOfCheckpoints { return }
      let frame = JournalFrame.encode(payload, number: state.next, seed: state.next == 0 ? 0 : seed)
      do throws(FileFault) { try write(frame, &state) } catch {
        // A flush that failed says nothing about what is on the disk: no record after it could be believed.
        state.failure = error
        throw error
      }
    }
  }

  private func write(_ frame: [UInt8], _ state: inout State) throws(FileFault) {
    let end = state.end + Int64(frame.count)
    if end > state.reserved {
      // A file system that cannot do so does without.
      try? file.preallocate(state.end..<end + Self.room)
      state.reserved = end + Self.room
    }
    let written = frame.withUnsafeBytes { bytes in
      Result { () throws(FileFault) in try file.write(bytes, at: state.end) }
    }
    try written.get()
    try file.synchronizeData()
    state.end = end
    state.next += 1
  }

  /// Removes it, and before it what leads to it.
  func remove() throws(FileFault) {
    for pointer in pointers { try pointer.remove() }
    do { try directory.files.remove(name, in: directory.descriptor) } catch {
      if error != .noSuchFileOrDirectory {
        throw FileFault(role: .journal, path: file.path, doing: "remove", cause: .errno(error))
      }
    }
    // It is gone for everybody who looks. Should a power cut bring it back, it says that all is over.
    try? directory.synchronize()
  }
}
