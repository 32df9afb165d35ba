internal import ImageFiles
internal import SystemPackage

/// Chains that are to stand elsewhere, file by file: each image must name its parent so that a copy of it finds a copy
/// of that.
extension ImageChain {
  static let movableRemedy =
    "Have the image name its parent by where that lies beside it or below (qcow2: qemu-img rebase -u -F FORMAT -b NAME "
    + "IMAGE), or flatten the chain."

  /// Why a copy of the child would not find a copy of its parent by this path; `nil` if it would.
  static func immovable(_ candidate: String, _ parent: ParentReference) -> String? {
    if FilePath(candidate).isAbsolute {
      return "is a whole path: a copy of the child would rest on the old parent"
    }
    if parent.hasProtocol { return "is named with a protocol, and looked up from where a program runs" }
    guard FilePath(candidate).components.contains(where: { $0.kind == .parentDirectory }) else { return nil }
    return "leads out of the directory of its child"
  }

  /// Opens a parent directory by directory: a copy would stand in a directory where here is a link to one.
  static func openWithoutLinks(
    _ candidate: String, in directory: OpenFile, _ child: any DiskLayer
  ) throws -> FileDescriptor {
    var components = FilePath(candidate).components.filter { $0.kind == .regular }
    let name = components.popLast()?.string ?? candidate
    var place = directory
    for folder in components {
      let descriptor: FileDescriptor
      do { descriptor = try place.files.openDirectory(folder.string, in: place.descriptor) } catch {
        guard error == .notDirectory || error == .tooManySymbolicLinkLevels else { throw error }
        throw problem(
          child,
          "the way to its parent '\(candidate)' is not one of directories: '\(folder.string)': \(error)",
          "Let it be a directory and no symbolic link, or flatten the chain.")
      }
      place = OpenFile(
        descriptor, place.files, .source, path: place.path + "/" + folder.string)
    }
    return try place.files.openForReading(name, in: place.descriptor)
  }

  /// A reader that prefers the whole path would find there what is not the copy.
  static func refuseOthers(of parent: ParentReference, but found: String, _ child: any DiskLayer) throws {
    for candidate in parent.candidates where candidate != found && FilePath(candidate).isAbsolute {
      guard (try? child.file.files.status(candidate, following: true)) != nil else { continue }
      throw problem(
        child,
        "besides '\(found)' it names its parent by the whole path '\(candidate)', and something is there",
        movableRemedy)
    }
  }
}
