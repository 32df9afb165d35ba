import CutoverCore
import ImageFiles
import SystemPackage

@testable import ImageCutover

/// The real files with faults among them.
final class FaultyFiles: FileAccess {
  enum Call: Hashable, Sendable {
    case open, openDirectory, create, status, freeSpace, mayWrite, nextData, nextHole, read, write, punch
    case setSize, flushData, flush, dropCache, rename, remove
    case preallocate, setMode, setOwner, lock
  }
  enum Side: Hashable, Sendable { case source, destination, directory, journal }
  enum Effect: Sendable {
    case error(Errno)
    /// Only so many bytes are transferred.
    case short(Int)
    /// Something happens just before the call, which then goes on.
    case first(@Sendable () -> Void)
  }

  private struct Rule: Sendable {
    var call: Call
    var side: Side
    /// Of the file with this name, provisional or not; `nil`: of any.
    var name: String?
    /// Which occurrence, from 1; `nil`: every one.
    var occurrence: Int?
    var effect: Effect
  }
  private struct State {
    var sides: [Int32: Side] = [:]
    var names: [Int32: String] = [:]
    var counts: [Key: Int] = [:]
    var freeSpace: Int64?
  }
  private struct Key: Hashable, Sendable {
    var call: Call
    var side: Side
    var name: String?
  }

  private let real = LinuxFiles()
  private let rules: Monitor<[Rule]> = Monitor([])
  private let state = Monitor(State())

  private let keepsOpen: Bool
  private let spreads: Bool
  private let unitOfTime: Int64
  private let knowsHoles: Bool

  /// - Parameters:
  ///   - spreads: Each source says that it is on a device of its own, as the digit at the end of its name says.
  ///   - unitOfTime: What files keep their times in, in nanoseconds.
  ///   - knowsHoles: Otherwise the destination's file system can neither make holes nor tell where they are.
  init(keepsOpen: Bool = false, spreads: Bool = false, unitOfTime: Int64 = 1, knowsHoles: Bool = true) {
    (self.keepsOpen, self.spreads, self.unitOfTime) = (keepsOpen, spreads, unitOfTime)
    self.knowsHoles = knowsHoles
  }

  convenience init(_ call: Call, of side: Side, at occurrence: Int? = 1, _ effect: Effect) {
    self.init()
    add(call, of: side, at: occurrence, effect)
  }

  func add(_ call: Call, of side: Side, named name: String? = nil, at occurrence: Int? = 1, _ effect: Effect)
  {
    rules.withLock {
      $0.append(Rule(call: call, side: side, name: name, occurrence: occurrence, effect: effect))
    }
  }

  func setFreeSpace(_ bytes: Int64) { state.withLock { $0.freeSpace = bytes } }

  /// - Parameter name: Of the file; `nil`: of all of the side.
  func count(_ call: Call, of side: Side, named name: String? = nil) -> Int {
    state.withLock { $0.counts[Key(call: call, side: side, name: name)] ?? 0 }
  }

  /// Counts the call and says how much of a transfer is let through.
  @discardableResult
  private func pass(_ call: Call, _ side: Side, _ file: FileDescriptor? = nil, wanted: Int = 0)
    throws(Errno) -> Int
  {
    let (number, ofName, name) = state.withLock { state in
      func count(_ name: String?) -> Int {
        state.counts[Key(call: call, side: side, name: name), default: 0] += 1
        return state.counts[Key(call: call, side: side, name: name)] ?? 0
      }
      let name = file.flatMap { state.names[$0.rawValue] }
      return (count(nil), name.map { count($0) } ?? 0, name)
    }
    var wanted = wanted
    for rule in rules.withLock({ $0 })
    where rule.call == call && rule.side == side && (rule.name == nil || rule.name == name) {
      let number = rule.name == nil ? number : ofName
      guard (rule.occurrence ?? number) == number else { continue }
      switch rule.effect {
      case .error(let errno): throw errno
      case .short(let most): wanted = min(wanted, most)
      case .first(let body): body()
      }
    }
    return wanted
  }

  private func side(_ file: FileDescriptor) -> Side { state.withLock { $0.sides[file.rawValue] } ?? .source }

  private func note(_ file: FileDescriptor, _ side: Side, _ path: String = "") -> FileDescriptor {
    let name = path.split(separator: "/").last?.split(separator: ".").first.map(String.init)
    state.withLock { state in
      state.sides[file.rawValue] = side
      state.names[file.rawValue] = name
    }
    return file
  }

  func openForReading(_ path: String) throws(Errno) -> FileDescriptor {
    try pass(.open, .source)
    return note(try real.openForReading(path), .source, path)
  }
  func openForReading(_ path: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try pass(.open, .source)
    return note(try real.openForReading(path, in: directory), .source, path)
  }
  func openDirectory(_ path: String) throws(Errno) -> FileDescriptor {
    try pass(.openDirectory, .directory)
    return note(try real.openDirectory(path), .directory)
  }
  func openDirectory(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try pass(.openDirectory, .directory)
    return note(try real.openDirectory(name, in: directory), .directory)
  }
  func create(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    let side: Side = name.hasSuffix(".fleetshift-journal") ? .journal : .destination
    try pass(.create, side)
    return note(try real.create(name, in: directory), side, name)
  }
  func open(_ name: String, in directory: FileDescriptor, forWriting: Bool) throws(Errno) -> FileDescriptor {
    let side: Side = name.hasSuffix(".fleetshift-journal") ? .journal : .destination
    try pass(.open, side)
    return note(try real.open(name, in: directory, forWriting: forWriting), side, name)
  }
  /// Side files are not what faults are meant for.
  func createUnnamed(in directory: FileDescriptor) throws(Errno) -> FileDescriptor {
    try pass(.create, .directory)
    return note(try real.createUnnamed(in: directory), .directory)
  }
  /// Not yet, where somebody still holds on to files.
  func close(_ file: FileDescriptor) {
    if keepsOpen { return }
    // Before somebody else gets the number.
    state.withLock { state in
      state.sides[file.rawValue] = nil
      state.names[file.rawValue] = nil
    }
    real.close(file)
  }
  func status(_ file: FileDescriptor) throws(Errno) -> FileStatus {
    try pass(.status, side(file), file)
    var status = try real.status(file)
    if spreads, side(file) == .source { status.spread(by: state.withLock { $0.names[file.rawValue] }) }
    status.modified = status.modified / unitOfTime * unitOfTime
    status.changed = status.changed / unitOfTime * unitOfTime
    return status
  }
  func status(_ path: String, following: Bool) throws(Errno) -> FileStatus {
    var status = try real.status(path, following: following)
    let name = path.split(separator: "/").last.map(String.init)
    if spreads, let name, name.hasPrefix("src") { status.spread(by: name) }
    return status
  }
  func status(_ name: String, in directory: FileDescriptor) throws(Errno) -> FileStatus {
    try real.status(name, in: directory)
  }
  func freeSpace(_ file: FileDescriptor) throws(Errno) -> Int64 {
    try pass(.freeSpace, side(file))
    if let free = state.withLock({ $0.freeSpace }) { return free }
    return try real.freeSpace(file)
  }
  func mayWrite(_ directory: String) throws(Errno) {
    try pass(.mayWrite, .directory)
    try real.mayWrite(directory)
  }
  func nextData(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64? {
    try pass(.nextData, side(file))
    if !knowsHoles, side(file) == .destination { return try offset < real.status(file).size ? offset : nil }
    return try real.nextData(file, from: offset)
  }
  func nextHole(_ file: FileDescriptor, from offset: Int64) throws(Errno) -> Int64 {
    try pass(.nextHole, side(file))
    if !knowsHoles, side(file) == .destination { return try real.status(file).size }
    return try real.nextHole(file, from: offset)
  }
  func read(_ file: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64)
    throws(Errno) -> Int
  {
    let count = try pass(.read, side(file), file, wanted: buffer.count)
    return try real.read(file, into: .init(rebasing: buffer[..<count]), at: offset)
  }
  func write(_ file: FileDescriptor, _ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) -> Int
  {
    let count = try pass(.write, side(file), file, wanted: buffer.count)
    return try real.write(file, .init(rebasing: buffer[..<count]), at: offset)
  }
  func punchHole(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try pass(.punch, side(file))
    if !knowsHoles, side(file) == .destination { throw .notSupported }
    try real.punchHole(file, range)
  }
  func setSize(_ file: FileDescriptor, to size: Int64) throws(Errno) {
    try pass(.setSize, side(file))
    try real.setSize(file, to: size)
  }
  func preallocate(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) {
    try pass(.preallocate, side(file))
    try real.preallocate(file, range)
  }
  func setMode(_ file: FileDescriptor, to mode: UInt32) throws(Errno) {
    try pass(.setMode, side(file))
    try real.setMode(file, to: mode)
  }
  func setOwner(_ file: FileDescriptor, user: UInt32, group: UInt32) throws(Errno) {
    try pass(.setOwner, side(file))
    try real.setOwner(file, user: user, group: group)
  }
  func lock(_ file: FileDescriptor, _ range: Range<Int64>, _ kind: FileLockKind) throws(Errno) {
    try pass(.lock, side(file))
    try real.lock(file, range, kind)
  }
  func isLocked(_ file: FileDescriptor, _ range: Range<Int64>) throws(Errno) -> Bool {
    try real.isLocked(file, range)
  }
  func synchronizeData(_ file: FileDescriptor) throws(Errno) {
    try pass(.flushData, side(file), file)
    try real.synchronizeData(file)
  }
  func synchronize(_ file: FileDescriptor) throws(Errno) {
    try pass(.flush, side(file), file)
    try real.synchronize(file)
  }
  func dropCache(_ file: FileDescriptor, _ range: Range<Int64>) {
    _ = try? pass(.dropCache, side(file))
    real.dropCache(file, range)
  }
  func rename(_ name: String, to newName: String, in directory: FileDescriptor) throws(Errno) {
    try pass(.rename, .directory)
    try real.rename(name, to: newName, in: directory)
  }
  func remove(_ name: String, in directory: FileDescriptor) throws(Errno) {
    try pass(.remove, .directory)
    try real.remove(name, in: directory)
  }
}

extension FileStatus {
  /// Puts the file on a device of its own, by the digit at the end of its name.
  mutating func spread(by name: String?) {
    device += UInt64(name?.last?.wholeNumberValue ?? 0) << 40
  }
}
