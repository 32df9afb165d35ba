package import SystemPackage

/// Which of the two images a file is, so that a fault is named after the right side.
package enum FileRole: String, Hashable, Sendable {
  case source, destination, journal
}

/// A file operation that failed, with the evidence.
package struct FileFault: Error, Hashable, CustomStringConvertible {
  package enum Cause: Hashable, Sendable {
    case errno(Errno)
    /// Bytes that the size promised are not there.
    case endedEarly
  }

  package let role: FileRole
  package let path: String
  /// What was being done: a verb.
  package let doing: String
  package var offset: Int64?
  package let cause: Cause

  package init(role: FileRole, path: String, doing: String, offset: Int64? = nil, cause: Cause) {
    self.role = role
    self.path = path
    self.doing = doing
    self.offset = offset
    self.cause = cause
  }

  package var description: String {
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
package final class OpenFile: Sendable {
  package let descriptor: FileDescriptor
  package let files: any FileAccess
  package let role: FileRole
  package let path: String

  package init(_ descriptor: FileDescriptor, _ files: any FileAccess, _ role: FileRole, path: String) {
    self.descriptor = descriptor
    self.files = files
    self.role = role
    self.path = path
  }

  deinit { files.close(descriptor) }

  // MARK: - Bytes

  /// Fills the buffer from `offset` on.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileFault) {
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

  /// Fills as much of the buffer as the file has from `offset` on, and says how much that was.
  package func read(upTo buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileFault) -> Int {
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
  package func write(_ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(FileFault) {
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

  package func punchHole(_ range: Range<Int64>) throws(FileFault) {
    try attempt("punch a hole in", at: range.lowerBound) { () throws(Errno) in
      try files.punchHole(descriptor, range)
    }
  }

  // MARK: - Sharing blocks

  /// Makes this file hold what the source holds at this moment.
  package func clone(_ source: OpenFile) throws(FileFault) {
    try attempt("share the blocks of '\(source.path)' with") { () throws(Errno) in
      try files.clone(source.descriptor, into: descriptor)
    }
  }

  package func mappedExtents(from offset: Int64) throws(FileFault) -> [MappedExtent] {
    try attempt("map the extents of", at: offset) { () throws(Errno) in
      try files.mappedExtents(descriptor, from: offset)
    }
  }

  // MARK: - Extents and size

  package func nextData(from offset: Int64) throws(FileFault) -> Int64? {
    try attempt("find the data of", at: offset) { () throws(Errno) in
      try files.nextData(descriptor, from: offset)
    }
  }

  package func nextHole(from offset: Int64) throws(FileFault) -> Int64 {
    try attempt("find the holes of", at: offset) { () throws(Errno) in
      try files.nextHole(descriptor, from: offset)
    }
  }

  package func status() throws(FileFault) -> FileStatus {
    try attempt("look at") { () throws(Errno) in try files.status(descriptor) }
  }

  package func setSize(to size: Int64) throws(FileFault) {
    try attempt("set the size of") { () throws(Errno) in try files.setSize(descriptor, to: size) }
  }

  package func preallocate(_ range: Range<Int64>) throws(FileFault) {
    try attempt("make room in") { () throws(Errno) in try files.preallocate(descriptor, range) }
  }

  package func setMode(to mode: UInt32) throws(FileFault) {
    try attempt("set the mode of") { () throws(Errno) in try files.setMode(descriptor, to: mode) }
  }

  // MARK: - Durability

  // A failed flush is never tried again: the kernel reports a lost page once, and the second call would succeed.

  package func synchronizeData() throws(FileFault) {
    do { try files.synchronizeData(descriptor) } catch { throw fault("flush", at: nil, .errno(error)) }
  }

  package func synchronize() throws(FileFault) {
    do { try files.synchronize(descriptor) } catch { throw fault("flush", at: nil, .errno(error)) }
  }

  package func dropCache(_ range: Range<Int64>) { files.dropCache(descriptor, range) }

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
