internal import CutoverCore
internal import ImageFiles
internal import SystemPackage

/// The image that comes to be: made under a provisional name, published under its own one by a rename that never
/// replaces anything, removed without a trace if the cutover goes back.
///
/// Steps follow one another, so only the state needs a lock; a step that was given up may still hold the file.
final class DestinationImage: Sendable {
  /// What the provisional name adds to the image's.
  static let suffix = ".fleetshift-partial"

  private enum Place: Hashable, Sendable {
    case absent, partial, published
    /// Not wanted any more: what a step given up still makes is to be removed at once.
    case discarded
  }

  let path: String
  private let name: String
  private let directory: OpenFile
  private let state = Monitor<(place: Place, file: OpenFile?)>((.absent, nil))

  /// - Parameter directory: The open directory in which `name` is to be.
  init(_ name: String, in directory: OpenFile, path: String) {
    self.name = name
    self.directory = directory
    self.path = path
  }

  private var partialName: String { name + Self.suffix }
  private var files: any FileAccess { directory.files }

  var file: OpenFile? { state.withLock { $0.file } }

  /// What is left on the disk under a provisional name.
  var leftBehind: String? { state.withLock { $0.place } == .partial ? path + Self.suffix : nil }

  func create(size: Int64) throws {
    let descriptor: FileDescriptor
    do { descriptor = try files.create(partialName, in: directory.descriptor) } catch {
      throw fault("create", error)
    }
    let file = OpenFile(descriptor, files, .destination, path: path + Self.suffix)
    let isWanted = state.withLock { state in
      if state.place == .absent { state = (.partial, file) }
      return state.place == .partial
    }
    guard isWanted else {
      try? files.remove(partialName, in: directory.descriptor)
      throw Abandoned()
    }
    try file.setSize(to: size)
    try directory.synchronize()
  }

  /// Gives the image its name, durably.
  func publish() throws(FileFault) {
    do { try files.rename(partialName, to: name, in: directory.descriptor) } catch {
      throw fault("publish", error)
    }
    state.withLock { $0.place = .published }
    try directory.synchronize()
  }

  /// Takes the name away again, as long as it still means what was published; the data stay.
  func withdraw() throws(FileFault) {
    guard state.withLock({ $0.place }) == .published, let file else { return }
    do {
      guard try files.status(name, in: directory.descriptor).isSameFile(as: files.status(file.descriptor))
      else {
        // Somebody has put something else there: it isn't ours, and neither is the name.
        state.withLock { $0.place = .discarded }
        return
      }
      try files.rename(name, to: partialName, in: directory.descriptor)
    } catch { throw fault("withdraw", error) }
    state.withLock { $0.place = .partial }
    // The name is gone for everybody who looks. Should a power cut bring it back, it stands for a whole copy that no
    // guest runs on: no reason to call the guest lost.
    try? directory.synchronize()
  }

  /// Removes what was made, even while a step that hangs still writes to it. Never touches a published image:
  /// `withdraw` it first.
  func discard() throws(FileFault) {
    let isThere = state.withLock { state in
      if state.place == .absent { state.place = .discarded }
      return state.place == .partial
    }
    guard isThere else { return }
    do { try files.remove(partialName, in: directory.descriptor) } catch {
      if error != .noSuchFileOrDirectory { throw fault("remove", error) }
    }
    state.withLock { $0.place = .discarded }
    try directory.synchronize()
  }

  private func fault(_ doing: String, _ errno: Errno) -> FileFault {
    FileFault(role: .destination, path: path, doing: doing, cause: .errno(errno))
  }
}
