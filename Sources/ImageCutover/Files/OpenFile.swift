internal import CutoverCore
internal import SystemPackage

/// Which of the two images a file is, so that a fault is named after the right side.
enum FileRole: String, Hashable, Sendable {
  case source, destination, journal
}

/// A file operation that failed, with the evidence.
struct FileFault: Error, Hashable, CustomStringConvertible {
  enum Cause: Hashable, Sendable {
    case errno(Errno)
    /// Bytes that the size promised are not there.
    case endedEarly
  }

  let role: FileRole
  let path: String
  /// What was being done: a verb.
  let doing: String
  var offset: Int64?
  let cause: Cause

  /// What the machine is told.
  var fault: CutoverFault {
    switch (role, cause) {
    case (.source, _): .source
    case (.destination, .errno(.noSpace)), (.destination, .errno(.diskQuotaExceeded)),
      (.destination, .errno(.fileTooLarge)), (.journal, .errno(.noSpace)),
      (.journal, .errno(.diskQuotaExceeded)), (.journal, .errno(.fileTooLarge)):
      .destinationFull
    case (.destination, _), (.journal, _): .destination
    }
  }

  var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    switch cause {
    case .errno(let errno): return "could not \(doing) the \(role.rawValue) '\(path)'\(place): \(errno)"
    case .endedEarly: return "the \(role.rawValue) '\(path)' ends\(place), before its size says so"
    }
  }
}

/// An open file that is read and written whole ranges at a time: short counts are continued, interrupted calls made
/// again, every other failure thrown with its place. Closed with its last owner, so that a step that hangs in the
/// kernel never finds its descriptor reused.
final class OpenFile: Sendable {
  let descriptor: FileDescriptor
  let files: any FileAccess
  let role: FileRole
  let path: String

  init(_ descriptor: FileDescriptor, _ files: any FileAccess, _ role: FileRole, path: String) {
    self.descriptor = descriptor
    self.files = files
    self.role = role
    self.path = path
  }

  deinit { files.close(descriptor) }

  // MARK: - Bytes

  /// Fills the buffer from `offset` on.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileFault) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let place = offset + Int64(done)
      let count = try attempt("read", at: place) { () throws(Errno) in
        try files.read(descriptor, into: rest, at: place)
      }
      if count == 0 { throw fault("read", at: place, .endedEarly) }
      done += count
    }
  }

  /// Fills as much of the buffer as the file has; returns how much.
  func readUpTo(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileFault) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let place = offset + Int64(done)
      let count = try attempt("read", at: place) { () throws(Errno) in
        try files.read(descriptor, into: rest, at: place)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes the whole buffer from `offset` on.
  func write(_ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(FileFault) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
      let place = offset + Int64(done)
      let count = try attempt("write", at: place) { () throws(Errno) in
        try files.write(descriptor, rest, at: place)
      }
      // A disk that takes nothing and names no reason would be asked for ever.
      if count == 0 { throw fault("write", at: place, .errno(.ioError)) }
      done += count
    }
  }

  func punchHole(_ range: Range<Int64>) throws(FileFault) {
    try attempt("punch a hole in", at: range.lowerBound) { () throws(Errno) in
      try files.punchHole(descriptor, range)
    }
  }

  // MARK: - Extents and size

  func nextData(from offset: Int64) throws(FileFault) -> Int64? {
    try attempt("find the data of", at: offset) { () throws(Errno) in
      try files.nextData(descriptor, from: offset)
    }
  }

  func nextHole(from offset: Int64) throws(FileFault) -> Int64 {
    try attempt("find the holes of", at: offset) { () throws(Errno) in
      try files.nextHole(descriptor, from: offset)
    }
  }

  func status() throws(FileFault) -> FileStatus {
    try attempt("look at") { () throws(Errno) in try files.status(descriptor) }
  }

  func setSize(to size: Int64) throws(FileFault) {
    try attempt("set the size of") { () throws(Errno) in try files.setSize(descriptor, to: size) }
  }

  func preallocate(_ range: Range<Int64>) throws(FileFault) {
    try attempt("make room in") { () throws(Errno) in try files.preallocate(descriptor, range) }
  }

  func setMode(to mode: UInt32) throws(FileFault) {
    try attempt("set the mode of") { () throws(Errno) in try files.setMode(descriptor, to: mode) }
  }

  // MARK: - Durability

  func writeBack(_ range: Range<Int64>, waiting: Bool) throws(FileFault) {
    try attempt("write back", at: range.lowerBound) { () throws(Errno) in
      try files.writeBack(descriptor, range, waiting: waiting)
    }
  }

  // A failed flush is never tried again: the kernel reports a lost page once, and the second call would succeed.

  func synchronizeData() throws(FileFault) {
    do { try files.synchronizeData(descriptor) } catch { throw fault("flush", at: nil, .errno(error)) }
  }

  func synchronize() throws(FileFault) {
    do { try files.synchronize(descriptor) } catch { throw fault("flush", at: nil, .errno(error)) }
  }

  func dropCache(_ range: Range<Int64>) { files.dropCache(descriptor, range) }

  // MARK: - Faults

  private func attempt<Result>(
    _ doing: String, at offset: Int64? = nil, _ call: () throws(Errno) -> Result
  ) throws(FileFault) -> Result {
    while true {
      do { return try call() } catch Errno.interrupted { continue } catch {
        throw fault(doing, at: offset, .errno(error))
      }
    }
  }

  private func fault(_ doing: String, at offset: Int64?, _ cause: FileFault.Cause) -> FileFault {
    FileFault(role: role, path: path, doing: doing, offset: offset, cause: cause)
  }
}
