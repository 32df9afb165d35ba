import Glibc
import ImageFiles
import SystemPackage

@testable import ImageCutover

/// The real files, up to a certain change: there the driver dies. From then on no call of its does anything, so what
/// lies on the disk is what a killed process would have left; or, after a power cut, less: what was not flushed is lost
/// in part, and what was not flushed in a directory from some point on.
final class MortalFiles: FileAccess {
  enum Death: Hashable, Sendable {
    /// Just before the change.
    case before
    /// In the midst of a write; just behind anything else.
    case within
    /// As `within`, and the power is gone too; the seed chooses what is lost.
    case powerCut(seed: UInt64)
  }

  /// How to take a change back that was never flushed.
  private struct Undo {
    var file: Int32
    var offset: Int64
    var bytes: [UInt8]
    var size: Int64
  }

  private enum Entry {
    case made(String)
    case renamed(from: String, to: String)
    case removed(String, grave: String)
  }

  private struct State {
    var changes = 0
    var isDead = false
    var undos: [Undo] = []
    var entries: [Entry] = []
    var graves = 0
    /// The names of sources, where each is to be on a device of its own.
    var sources: [Int32: String] = [:]
    /// Files without names, which no power cut brings back.
    var unnamed: Set<Int32> = []
    /// Other descriptors of files that were closed before they were flushed.
    var copies: [Int32] = []
  }

  private let real = LinuxFiles()
  private let deathAt: Int?
  private let death: Death
  private let folder: String
  private let state = Monitor(State())
  private let spreads: Bool

  /// - Parameters:
  ///   - deathAt: Which change, from 1; `nil`: immortal.
  ///   - folder: Where everything happens.
  ///   - spreads: Each source says that it is on a device of its own.
  init(deathAt: Int?, _ death: Death, in folder: String, spreads: Bool = false) {
    self.spreads = spreads
    self.deathAt = deathAt
    self.death = death
    self.folder = folder
  }

  deinit { state.withLock { state in for copy in state.copies { Glibc.close(copy) } } }

  var changes: Int { state.withLock { $0.changes } }
  var isDead: Bool { state.withLock { $0.isDead } }

  private static let dead = Errno.noSuchProcess

  /// Carries out a change, unless the driver is dead or dies of it.
  private func change(
    _ body: () throws(Errno) -> Void, half: (() throws(Errno) -> Void)? = nil,
    noting note: ((inout State) -> Void)? = nil
  ) throws(Errno) {
    try state.withLock { (state) throws(Errno) in
      if state.isDead { throw Self.dead }
      state.changes += 1
      guard state.changes == deathAt else {
        note?(&state)
        return try body()
      }
      state.isDead = true
      if death != .before {
        note?(&state)
        if let half { try half() } else { try body() }
      }
      if case .powerCut(let seed) = death { cutPower(&state, seed) }
      throw Self.dead
    }
  }

  private func look<Result>(_ body: () throws(Errno) -> Result) throws(Errno) -> Result {
    if isDead { throw Self.dead }
    return try body()
  }

  // MARK: - Power cut

  private func cutPower(_ state: inout State, _ seed: UInt64) {
    var random = SplitMix64(state: seed)
    for undo in state.undos.reversed() where Bool.random(using: &random) {
      _ = undo.bytes.withUnsafeBytes { pwrite(undo.file, $0.baseAddress, $0.count, Int(undo.offset)) }
      if undo.size >= 0 { ftruncate(undo.file, Int(undo.size)) }
    }
    let kept = Int.random(in: 0...state.entries.count, using: &random)
    for entry in state.entries[kept...].reversed() {
      switch entry {
      case .made(let name): unlink(folder + "/" + name)
      case .renamed(let from, let to): Glibc.rename(folder + "/" + to, folder + "/" + from)
      case .removed(let name, let grave): Glibc.rename(grave, folder + "/" + name)
      }
    }
  }

  /// What was there before a write, and the size to go back to.
  private func undo(_ file: FileDescriptor, _ offset: Int64, _ count: Int) -> Undo {
    var status = stat()
    fstat(file.rawValue, &status)
    var bytes = [UInt8](repeating: 0, count: count)
    let read = pread(file.rawValue, &bytes, count, Int(offset))
    let grows = Int64(status.st_size) < offset + Int64(count)
    return Undo(
      file: file.rawValue, offset: offset, bytes: Array(bytes[..<max(read, 0)]),
      size: grows ? Int64(status.st_size) : -1)
  }

  // MARK: - Changes

  func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    var made: FileDescriptor?
    try change(
      { () throws(Errno) in made = try real.create(name, in: directory) },
      noting: { $0.entries.append(.made(name)) })
    guard let made else { throw Self.dead }
    return made
  }
  func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) -> Int
  {
    let undo = undo(file, offset, buffer.count)
    var count = 0
    try change(
      { () throws(Errno) in count = try real.write(file, buffer, at: offset) },
      half: { [real] () throws(Errno) in
        _ = try real.write(file, .init(rebasing: buffer[..<(buffer.count / 2)]), at: offset)
      }, noting: { if !$0.unnamed.contains(file.rawValue) { $0.undos.append(undo) } })
    return count
  }
  func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try change({ () throws(Errno) in try real.punchHole(file, range) })
  }
  func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try look { () throws(Errno) in try real.preallocate(file, range) }
  }
  func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno) {
    try change({ () throws(Errno) in try real.setSize(file, to: size) })
  }
  func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno) {
    try change({ () throws(Errno) in try real.setMode(file, to: mode) })
  }
  func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno) {
    try look { () throws(Errno) in try real.setOwner(file, user: user, group: group) }
  }
  func synchronizeData(_ file: FileDescriptor) throws(Errno) { try flush(file) }
  func synchronize(_ file: FileDescriptor) throws(Errno) {
    var status = stat()
    fstat(file.rawValue, &status)
    if status.st_mode & S_IFMT == S_IFDIR {
      try change({ () throws(Errno) in })
      state.withLock { $0.entries = [] }
    } else {
      try flush(file)
    }
  }
  private func flush(_ file: FileDescriptor) throws(Errno) {
    try change({ () throws(Errno) in })
    state.withLock { $0.undos.removeAll { $0.file == file.rawValue } }
  }
  func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno) {
    try change(
      { () throws(Errno) in try real.rename(name, to: newName, in: directory) },
      noting: { $0.entries.append(.renamed(from: name, to: newName)) })
  }
  func remove(_ name: String, in directory: FileDescriptor) throws(Errno) {
    let grave = state.withLock { state in
      state.graves += 1
      return folder + "-grave-\(state.graves)"
    }
    defer { unlink(grave) }
    try change(
      { () throws(Errno) in
        _ = link(folder + "/" + name, grave)
        try real.remove(name, in: directory)
      }, noting: { $0.entries.append(.removed(name, grave: grave)) })
  }

  // MARK: - Looks

  /// Without a name it leaves nothing behind, whoever dies.
  func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    let file = try look { () throws(Errno) in try real.createUnnamed(in: directory) }
    state.withLock { _ = $0.unnamed.insert(file.rawValue) }
    return file
  }
  func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    let file = try look { () throws(Errno) in try real.openForReading(path, in: directory) }
    if spreads { state.withLock { $0.sources[file.rawValue] = path } }
    return file
  }
  func openForReading(_ path: String) throws(Errno) -> FileDescriptor {
    let file = try look { () throws(Errno) in try real.openForReading(path) }
    if spreads { state.withLock { $0.sources[file.rawValue] = path } }
    return file
  }
  func openDirectory(_ path: String) throws(Errno) -> FileDescriptor {
    try look { () throws(Errno) in try real.openDirectory(path) }
  }
  func openDirectory(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try look { () throws(Errno) in try real.openDirectory(name, in: directory) }
  }
  func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno) -> FileDescriptor {
    try look { () throws(Errno) in try real.open(name, in: directory, forWriting: forWriting) }
  }
  func close(_ file: FileDescriptor) {
    // Before somebody else, who may be another test, gets the number.
    state.withLock { state in
      let number = file.rawValue
      state.sources[number] = nil
      state.unnamed.remove(number)
      guard !state.isDead, state.undos.contains(where: { $0.file == number }) else { return }
      // Opened anew: the locks go with the one that is closed.
      let copy = Glibc.open("/proc/self/fd/\(number)", O_RDWR)
      state.copies.append(copy)
      for index in state.undos.indices where state.undos[index].file == number {
        state.undos[index].file = copy
      }
    }
    real.close(file)
  }
  func status(_ file: FileDescriptor) throws(Errno) -> FileStatus {
    var status = try look { () throws(Errno) in try real.status(file) }
    if let name = state.withLock({ $0.sources[file.rawValue] }) { status.spread(by: name) }
    return status
  }
  func status(_ path: String, following: Bool) throws(Errno) -> FileStatus {
    var status = try look { () throws(Errno) in try real.status(path, following: following) }
    if state.withLock({ $0.sources.values.contains(path) }) { status.spread(by: path) }
    return status
  }
  func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus {
    try look { () throws(Errno) in try real.status(name, in: directory) }
  }
  func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64 {
    try look { () throws(Errno) in try real.freeSpace(file) }
  }
  func mayWrite(_ directory: String) throws(Errno) {
    try look { () throws(Errno) in try real.mayWrite(directory) }
  }
  func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64? {
    try look { () throws(Errno) in try real.nextData(file, from: offset) }
  }
  func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64 {
    try look { () throws(Errno) in try real.nextHole(file, from: offset) }
  }
  func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  {
    try look { () throws(Errno) in try real.read(file, into: buffer, at: offset) }
  }
  func dropCache(_ file: FileDescriptor, _ range: Range<Int64>) {
    if !isDead { real.dropCache(file, range) }
  }
  func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno) {
    try look { () throws(Errno) in try real.lock(file, range, kind) }
  }
  func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool {
    try look { () throws(Errno) in try real.isLocked(file, range) }
  }
}
