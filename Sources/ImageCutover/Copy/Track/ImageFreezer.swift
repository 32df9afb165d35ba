internal import CutoverCore
internal import ImageFiles
internal import SystemPackage

/// Freezes an image on a file system that shares blocks between files: a file without a name beside it that shares all
/// its blocks (`FICLONE`), and keeps them as they are.
struct ImageFreezer: Sendable {
  private let source: OpenFile
  private let directory: OpenFile

  /// - Throws: `StepFailure` where the file system does not share blocks, or does not say where they lie.
  init(_ source: OpenFile) throws(StepFailure) {
    self.source = source
    let path = FilePath(source.path).removingLastComponent()
    let name = path.isEmpty ? "." : path.string
    do {
      directory = OpenFile(try source.files.openDirectory(name), source.files, .source, path: name)
    } catch { throw Self.refusal(source, error) }
    let probe = try freeze()
    do { _ = try probe.files.mappedExtents(probe.descriptor, from: 0) } catch {
      throw Self.refusal(source, error)
    }
  }

  func freeze() throws(StepFailure) -> OpenFile {
    let files = source.files
    do {
      let file = OpenFile(
        try files.createUnnamed(in: directory.descriptor), files, .source, path: source.path + " (frozen)")
      try files.clone(source.descriptor, into: file.descriptor)
      return file
    } catch { throw Self.refusal(source, error) }
  }

  private static func refusal(_ source: OpenFile, _ error: Errno) -> StepFailure {
    StepFailure(
      .source,
      "changes of '\(source.path)' cannot be tracked by shared blocks: \(error). It needs XFS or btrfs and room for "
        + "a file beside the image; track by 'scan' instead")
  }
}
