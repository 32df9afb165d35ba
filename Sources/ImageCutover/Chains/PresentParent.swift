internal import CutoverCore
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// A parent of a kept chain that is at the destination already, such as an image that many guests rest on: it is used if
/// it holds what the source's holds, to the byte, and never written to or removed.
final class PresentParent: Sendable {
  /// As the journal keeps it.
  struct Known: Codable, Sendable {
    /// Absolute paths, as raw files.
    var source: ImageLink
    var destination: ImageLink
    /// They were compared when they were like this.
    var isProved: Bool
    /// What the destination takes on its disk, in bytes.
    var allocated: Int64
  }

  let source: SourceImage
  /// Opened for reading only.
  let destination: OpenFile
  private let directory: OpenFile
  private let name: String
  /// What both were when they were found equal.
  private let proved = Monitor<ProvedParent?>(nil)

  /// - Parameter directory: In which `name` is there.
  init(_ source: SourceImage, _ name: String, in directory: OpenFile, path: String) throws(ImageCutoverError)
  {
    self.source = source
    self.directory = directory
    self.name = name
    do {
      destination = OpenFile(
        try directory.files.open(name, in: directory.descriptor, forWriting: false), directory.files,
        .destination, path: path)
    } catch {
      guard error == .tooManySymbolicLinkLevels else {
        throw .fileFault("could not open '\(path)', which is there already: \(error)")
      }
      throw .badImage(
        what: "'\(path)', where a parent is to be, is a symbolic link",
        remedy:
          "Put the file itself there, or move the link away: what an image names is not followed through links."
      )
    }
    do {
      let status = try destination.status()
      guard status.isRegular else {
        throw ImageCutoverError.badImage(what: "'\(path)' is not a regular file", remedy: Self.remedy)
      }
      guard status.size == source.status.size else {
        throw ImageCutoverError.badImage(
          what: "'\(path)' is there already with \(status.size) bytes, and '\(source.file.path)' has "
            + "\(source.status.size)", remedy: Self.remedy)
      }
    } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
  }

  private static let remedy =
    "Move it away, or name another directory: nothing is overwritten, and a chain cannot rest on another image."

  /// Believes what was proved before, if both files are what they were then.
  func trust(_ known: Known, sameBoot: Bool) {
    guard known.isProved, let now = try? identities() else { return }
    func isSame(_ now: FileIdentity, as before: FileIdentity) -> Bool {
      now.isSameFile(as: before, sameBoot: sameBoot) && now.isUntouched(since: before)
    }
    guard isSame(now.source, as: known.source.identity),
      isSame(now.destination, as: known.destination.identity)
    else { return }
    proved.withLock { $0 = now }
  }

  /// What both are.
  private func identities() throws(FileFault) -> ProvedParent {
    ProvedParent(
      source: try FileIdentity(settled: source.file), destination: try FileIdentity(settled: destination))
  }

  /// What both were when they were found equal; `nil`: nobody has compared them yet.
  var provedAs: ProvedParent? { proved.withLock { $0 } }

  func known() throws(FileFault) -> Known {
    let now = try identities()
    func link(_ file: OpenFile, _ identity: FileIdentity) -> ImageLink {
      ImageLink(path: absolutePath(file.path), format: .raw, identity: identity)
    }
    return Known(
      source: link(source.file, now.source), destination: link(destination, now.destination),
      isProved: proved.withLock { $0 } == now, allocated: try destination.status().allocated)
  }

  /// Compares them, whole and as they lie on their disks, unless they are what they were when that was last done.
  ///
  /// - Throws: A `StepFailure` if they differ.
  func prove(_ options: ImageCutoverOptions, _ control: StepControl) throws {
    let now = try identities()
    if proved.withLock({ $0 }) == now { return }
    if try !source.file.status().isSameFile(as: destination.status()) {
      do {
        try ImageVerifier(
          source: DiskFace(source.file, size: now.source.size),
          destination: DiskFace(destination, size: now.destination.size),
          windowSize: options.blockSize.count, threads: options.threads
        ).verify(control)
      } catch let failure as StepFailure where failure.fault == .verification {
        throw StepFailure(
          .verification,
          "'\(destination.path)' is there already, and is not the '\(source.file.path)' that the chain rests on: "
            + failure.description)
      }
    }
    proved.withLock { $0 = now }
  }

  /// A difference that was found before anything was done.
  ///
  /// - Parameter wasBegun: Something of the cutover is there, which expects the parent.
  static func refusal(_ failure: StepFailure, wasBegun: Bool) -> ImageCutoverError {
    guard failure.fault == .verification else { return .fileFault(failure.description) }
    return .badImage(
      what: failure.description,
      remedy: wasBegun ? "Put back what was there, or undo it with 'cutover rollback'." : remedy)
  }

  /// Nobody may write to either while others rest on them.
  func lock() throws(ImageCutoverError) {
    for file in [source.file, destination] {
      do {
        guard try ImageLock(file: file).denyWriting() else {
          throw ImageCutoverError.badImage(
            what: "another program has '\(file.path)' open for writing, and others are to rest on it",
            remedy: "Stop that program.")
        }
      } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
    }
  }

  func release() { for file in [source.file, destination] { ImageLock(file: file).release() } }

  /// Makes certain that its name still leads to it.
  func checkIsThere() throws {
    let named = try? directory.files.status(name, in: directory.descriptor)
    guard let named, try named.isSameFile(as: destination.status()) else {
      throw StepFailure(
        .destination, "'\(destination.path)', on which the new image rests, is not there any more")
    }
  }

  func isSameFile(as status: FileStatus) throws(FileFault) -> Bool {
    try destination.status().isSameFile(as: status)
  }
}

/// A parent that was there, and the source's, as they were when they were found equal.
struct ProvedParent: Hashable, Codable, Sendable {
  var source: FileIdentity
  var destination: FileIdentity
}
