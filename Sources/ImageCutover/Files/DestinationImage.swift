internal import CutoverCore
internal import ImageFiles
internal import SystemPackage

/// The image that comes to be: made under a provisional name, published under its own one by a rename that never
/// replaces anything, removed without a trace if the cutover goes back.
///
/// Steps follow one another, so only the state needs a lock; a step that was given up may still hold the file.
final class DestinationImage: Sendable {
  /// What the provisional name adds to the image's.
  static let suffix = OwnNames.partial

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

  /// Whether it bears its own name.
  var isPublished: Bool { state.withLock { $0.place } == .published }

  /// What is left on the disk under a provisional name.
  var leftBehind: String? { state.withLock { $0.place } == .partial ? path + Self.suffix : nil }

  // MARK: - Found again

  /// Finds what an earlier driver has made, under either name. What is not that file is left alone.
  ///
  /// - Parameter made: What the journal knows of it; `nil` if it may just have been created when the driver died.
  /// - Returns: Whether it is there; always `true` where nothing is known to have been made.
  func adopt(_ made: FileIdentity?, sameBoot: Bool) throws(FileFault) -> Bool {
    guard let made else {
      try removeEmptyPartial()
      return true
    }
    let isPartial = try isOurs(partialName, made, sameBoot)
    let isPublished = try isOurs(name, made, sameBoot)
    guard isPartial || isPublished else { return false }
    let bearing = isPublished ? name : partialName
    let file: OpenFile
    do {
      file = OpenFile(
        try files.open(bearing, in: directory.descriptor, forWriting: true), files, .destination,
        path: isPublished ? path : path + Self.suffix)
      // Published by a link, on file systems whose rename could replace: the other name was to go.
      if isPartial && isPublished { try files.remove(partialName, in: directory.descriptor) }
    } catch { throw fault("open", error) }
    state.withLock { $0 = (isPublished ? .published : .partial, file) }
    // Of the rename, only the outcome is known, not whether it would survive.
    try directory.synchronize()
    return true
  }

  private func isOurs(_ name: String, _ made: FileIdentity, _ sameBoot: Bool) throws(FileFault) -> Bool {
    do {
      let status = try files.status(name, in: directory.descriptor)
      return status.isRegular && made.isSameFile(as: FileIdentity(status), sameBoot: sameBoot)
    } catch .noSuchFileOrDirectory { return false } catch { throw fault("look at", error) }
  }

  /// A driver may have died between making the file and noting it. Without a byte in it there is nothing to lose.
  private func removeEmptyPartial() throws(FileFault) {
    do {
      let status = try files.status(partialName, in: directory.descriptor)
      guard status.isRegular, status.allocated == 0 else { return }
      try files.remove(partialName, in: directory.descriptor)
    } catch .noSuchFileOrDirectory { return } catch { throw fault("look at", error) }
  }

  // MARK: - Made, published, withdrawn, removed

  /// - Parameter size: Of the file; `nil`: its writer sees to that.
  func create(size: Int64?) throws {
    if let adopted = state.withLock({ $0.place == .partial ? $0.file : nil }) {
      if let size { try adopted.setSize(to: size) }
      return
    }
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
    if let size { try file.setSize(to: size) }
    try directory.synchronize()
  }

  /// Makes certain, as long as the guest runs, that the image can be given its name: that this is free, and that what is made
  /// is where it was.
  func checkPlace() throws {
    guard state.withLock({ $0.place }) == .partial, let file else { return }
    guard (try? files.status(name, in: directory.descriptor)) == nil else {
      throw StepFailure(.destination, "'\(path)' is there by now, and nothing is ever overwritten")
    }
    let partial = try? files.status(path + Self.suffix, following: false)
    guard let partial, try partial.isSameFile(as: file.status()) else {
      throw StepFailure(
        .destination, "'\(path)\(Self.suffix)' was taken away, or its folder was moved or replaced")
    }
  }

  /// Makes certain that whoever opens the image by its path opens this one.
  func checkName() throws {
    guard let file, let named = try? files.status(path, following: true),
      try named.isSameFile(as: file.status())
    else {
      throw StepFailure(
        .destination, "'\(path)' does not lead to the new image: its folder was moved or replaced")
    }
  }

  /// A file of this run's own beside the image, without a name; `nil` if there can be none.
  func makeSideFile(_ purpose: String) -> OpenFile? {
    guard let descriptor = try? files.createUnnamed(in: directory.descriptor) else { return nil }
    return OpenFile(descriptor, files, .destination, path: path + Self.suffix + "-" + purpose)
  }

  /// Gives the image its mode, its owner where that is permitted, and its name, all of it durably.
  func publish(like source: FileStatus) throws(FileFault) {
    if isPublished { return }
    guard let file else { throw fault("publish", .noSuchFileOrDirectory) }
    try file.setMode(to: source.mode & 0o777)
    // Only a privileged process may give files away; for any other the copy is its own.
    try? files.setOwner(file.descriptor, user: source.user, group: source.group)
    try file.synchronize()
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
