internal import ImageFiles
internal import SystemPackage

/// The hashes of a guest's disks, as they were when they were proved equal to their sources: kept, so that a copy that
/// nobody has written to can be checked again later.
///
/// Lines of text, each ended by a line feed:
/// ```
/// fleetshift-manifest 1
/// disk new.raw                 the name of the destination, without its directory
/// size 8589934592              of the disk, in bytes, whatever the format of its image
/// block 65536
/// 0 9f86d081884c7d65...        the number of a block, and the SHA-256 of its bytes
/// 17 60303ae22b998861...
/// total 2cf24dba5fb0a30e...    the SHA-256 of all lines of this disk, from 'disk' on, without this one
/// ```
/// Blocks are in order; what is not named is zeros; the last block ends with the disk. Several disks follow each other.
final class ManifestFile: Sendable {
  static let firstLine = "fleetshift-manifest 1"
  static let blockSize = DigestMap.blockSize

  private struct State {
    var file: OpenFile?
    var end: Int64 = 0
    var isPublished = false
  }

  let path: String
  private let directory: OpenFile
  private let name: String
  private let state = Monitor(State())

  private var partialName: String { name + DestinationImage.suffix }
  private var files: any FileAccess { directory.files }

  /// A new one: nothing may bear the name.
  init(_ path: String, _ files: any FileAccess) throws(ImageCutoverError) {
    self.path = path
    let parts = try CutoverSite.split(path)
    directory = try CutoverSite.openDirectory(parts.directory, files)
    name = parts.name
    if isThere(name) { throw .destinationExists(path: path) }
  }

  /// The one of a driver that has died.
  ///
  /// - Parameter wasBegun: It had begun it; then what bears its name, and no provisional one, is what it published.
  init(_ path: String, _ files: any FileAccess, wasBegun: Bool) throws(ImageCutoverError) {
    self.path = path
    let parts = try CutoverSite.split(path)
    directory = try CutoverSite.openDirectory(parts.directory, files)
    name = parts.name
    let isPublished = wasBegun && isThere(name) && !isThere(partialName)
    state.withLock { $0.isPublished = isPublished }
  }

  private func isThere(_ name: String) -> Bool {
    (try? files.status(name, in: directory.descriptor)) != nil
  }

  /// Begins it, or begins it again.
  func begin() throws(FileFault) {
    do {
      do { try files.remove(partialName, in: directory.descriptor) } catch Errno.noSuchFileOrDirectory {}
      let file = OpenFile(
        try files.create(partialName, in: directory.descriptor), files, .destination,
        path: path + DestinationImage.suffix)
      state.withLock { $0 = State(file: file) }
    } catch { throw fault("create", error) }
    try append(Array((Self.firstLine + "\n").utf8))
  }

  /// Takes the hashes of one disk.
  ///
  /// - Parameter part: Where its lines go, if others are proved at the same time; `nil`: into the file.
  func disk(named path: String, size: Int64, apart part: Part? = nil) throws -> ManifestDisk {
    let name = FilePath(path).lastComponent?.string ?? path
    return try ManifestDisk(name, size: size) { [self] bytes throws(FileFault) in
      if let part { try part.append(bytes) } else { try append(bytes) }
    }
  }

  /// The lines of one disk in a file of its own, without a name, until it is their turn.
  final class Part: Sendable {
    fileprivate let file: OpenFile
    fileprivate let end = Monitor<Int64>(0)

    fileprivate init(_ file: OpenFile) { self.file = file }

    fileprivate func append(_ bytes: [UInt8]) throws(FileFault) {
      try end.withLock { (end) throws(FileFault) in
        let written = bytes.withUnsafeBytes { bytes in
          Result { () throws(FileFault) in try file.write(bytes, at: end) }
        }
        try written.get()
        end += Int64(bytes.count)
      }
    }
  }

  func parts(_ count: Int) throws(FileFault) -> [Part] {
    do throws(Errno) {
      var parts: [Part] = []
      for _ in 0..<count {
        let file = try files.createUnnamed(in: directory.descriptor)
        parts.append(Part(OpenFile(file, files, .destination, path: path + DestinationImage.suffix)))
      }
      return parts
    } catch { throw fault("create", error) }
  }

  /// Appends what a part holds.
  func join(_ part: Part) throws(FileFault) {
    let end = part.end.withLock { $0 }
    var position: Int64 = 0
    while position < end {
      var bytes = [UInt8](repeating: 0, count: Int(min(end - position, 1 << 18)))
      let read = bytes.withUnsafeMutableBytes { bytes in
        Result { () throws(FileFault) in try part.file.read(into: bytes, at: position) }
      }
      try read.get()
      try append(bytes)
      position += Int64(bytes.count)
    }
  }

  private func append(_ bytes: [UInt8]) throws(FileFault) {
    try state.withLock { (state) throws(FileFault) in
      guard let file = state.file else { return }
      let written = bytes.withUnsafeBytes { bytes in
        Result { () throws(FileFault) in try file.write(bytes, at: state.end) }
      }
      try written.get()
      state.end += Int64(bytes.count)
    }
  }

  /// Brings it to the disk.
  func end() throws(FileFault) {
    if let file = state.withLock({ $0.file }) { try file.synchronize() }
  }

  /// Gives it its name. Done already, it does nothing.
  func publish() throws(FileFault) {
    if state.withLock({ $0.isPublished }) { return }
    do { try files.rename(partialName, to: name, in: directory.descriptor) } catch {
      throw fault("publish", error)
    }
    state.withLock { $0.isPublished = true }
    try directory.synchronize()
  }

  /// Removes it under either name: what it tells of will not be there.
  func discard() {
    try? files.remove(partialName, in: directory.descriptor)
    if state.withLock({ $0.isPublished }) { try? files.remove(name, in: directory.descriptor) }
    state.withLock { $0 = State() }
    try? directory.synchronize()
  }

  private func fault(_ doing: String, _ errno: Errno) -> FileFault {
    FileFault(role: .destination, path: path, doing: doing, cause: .errno(errno))
  }
}
