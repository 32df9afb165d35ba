internal import Glibc
internal import ImageFiles
internal import SystemPackage

/// A chain while it is opened: each image leads to its parent, and no parent is ever taken for zeros.
struct ImageChain {
  private let options: OpeningOptions
  private(set) var layers: [any DiskLayer]
  /// By which path each image but the last has led to its parent.
  private(set) var names: [String] = []
  private(set) var notices: [String]
  private var statuses: [FileStatus]

  init(_ options: OpeningOptions, _ image: any DiskLayer, _ status: FileStatus) {
    self.options = options
    layers = [image]
    notices = image.notices
    statuses = [status]
  }

  mutating func openParents() throws {
    while let child = layers.last, let parent = child.parent {
      guard options.parents != .refused else {
        throw Self.problem(
          child, "the image has a parent, '\(parent.candidates.first ?? "unnamed")'",
          "Allow parents, or flatten it first.")
      }
      guard layers.count < options.depth else {
        throw Self.problem(
          child, "the chain is longer than \(options.depth) files",
          "Flatten or coalesce it, or allow a longer one.")
      }
      let (layer, status, name) = try find(parent, of: child)
      layers.append(layer)
      names.append(name)
      statuses.append(status)
      notices += layer.notices
    }
  }

  /// Tries the paths that the child names, until one leads to its parent.
  private mutating func find(_ parent: ParentReference, of child: any DiskLayer) throws -> (
    any DiskLayer, FileStatus, String
  ) {
    let files = child.file.files
    let place = FilePath(child.file.path).removingLastComponent()
    let path = place.isEmpty ? "." : place.string
    let directory: OpenFile
    do { directory = OpenFile(try files.openDirectory(path), files, .source, path: path) } catch {
      throw FileFault(role: .source, path: path, doing: "open", cause: .errno(error))
    }
    var refusals: [String] = []
    var isElsewhere = false
    for candidate in parent.candidates {
      if options.isMovable, let why = Self.immovable(candidate, parent) {
        refusals.append("'\(candidate)' \(why)")
        isElsewhere = true
        continue
      }
      if options.parents == .beside, !Self.isBeside(candidate, path) {
        refusals.append("'\(candidate)' is not below the directory of its child")
        isElsewhere = true
        continue
      }
      let file: OpenFile
      do {
        let descriptor = try files.openForReading(candidate, in: directory.descriptor)
        file = OpenFile(descriptor, files, .source, path: place.pushing(FilePath(candidate)).string)
      } catch {
        let why = error == .tooManySymbolicLinkLevels ? "is a symbolic link" : "cannot be opened: \(error)"
        refusals.append("'\(candidate)' \(why)")
        continue
      }
      if options.isMovable { try refuseLinks(on: candidate, in: directory, child) }
      let status = try file.status()
      if let refusal = try refusal(of: file, status, parent, of: child) {
        refusals.append("'\(candidate)' \(refusal)")
        continue
      }
      let layer = try format(of: file, status, parent, child).layer(of: file)
      if let wanted = parent.identifier, layer.identifier != wanted {
        refusals.append(
          "'\(candidate)' is another image: its identifier is \(layer.identifier?.description ?? "none")")
        continue
      }
      if let time = parent.modified, time != status.modified / 1_000_000_000 {
        notices.append(
          "'\(file.path)' was changed after its child '\(child.file.path)' noted its time; the identifiers agree"
        )
      }
      if options.isMovable { try refuseOthers(of: parent, but: candidate, child) }
      return (layer, status, candidate)
    }
    let wanted = parent.identifier.map { " \($0)" } ?? ""
    let tried = refusals.isEmpty ? "no path of it is known here" : refusals.joined(separator: "; ")
    if isElsewhere && options.isMovable {
      throw Self.problem(
        child, "it does not name its parent so that a copy of it would find a copy of that: \(tried)",
        Self.movableRemedy)
    }
    throw Self.problem(
      child, "its parent\(wanted) was not found: \(tried)",
      isElsewhere
        ? "If the image is to be trusted with any file of this machine, allow parents anywhere."
        : "Put the parent where the image names it. It is never read as zeros.")
  }

  /// Why the file cannot be the parent.
  private func refusal(
    of file: OpenFile, _ status: FileStatus, _ parent: ParentReference, of child: any DiskLayer
  ) throws -> String? {
    guard status.isRegular else { return "is not a regular file" }
    guard !statuses.contains(where: { $0.isSameFile(as: status) }) else {
      throw Self.problem(
        child, "its parent '\(file.path)' is in the chain already: the chain is a loop",
        "Name the true parent; no data can be read from a loop.")
    }
    return nil
  }

  private func format(
    of file: OpenFile, _ status: FileStatus, _ parent: ParentReference, _ child: any DiskLayer
  ) throws -> ImageFormat {
    if let format = parent.format { return format }
    guard options.guessesParentFormat else {
      throw Self.problem(
        child, "it does not say which format its parent '\(file.path)' has",
        "Write it into the image (qemu-img rebase -u -F FORMAT -b PARENT IMAGE); it is never guessed.")
    }
    return try ImageFormat.recognise(file, size: status.size) ?? .raw
  }

  private static func isBeside(_ candidate: String, _ directory: String) -> Bool {
    let path = FilePath(candidate)
    let relative: FilePath
    if path.isRelative {
      relative = path
    } else {
      return path.lexicallyNormalized().starts(with: FilePath(absolutePath(directory)).lexicallyNormalized())
    }
    return relative.lexicallyNormalized().components.first?.kind != .parentDirectory
  }

  // MARK: - Chains that are to stand elsewhere

  private static let movableRemedy =
    "Have the image name its parent by where that lies beside it or below (qcow2: qemu-img rebase -u -F FORMAT -b NAME "
    + "IMAGE), or flatten the chain."

  /// Why a copy of the child would not find a copy of its parent by this path; `nil` if it would.
  private static func immovable(_ candidate: String, _ parent: ParentReference) -> String? {
    if FilePath(candidate).isAbsolute {
      return "is a whole path: a copy of the child would rest on the old parent"
    }
    if parent.hasProtocol { return "is named with a protocol, and looked up from where a program runs" }
    guard FilePath(candidate).components.contains(where: { $0.kind == .parentDirectory }) else { return nil }
    return "leads out of the directory of its child"
  }

  /// A copy would stand in a directory where here is a link to one.
  private func refuseLinks(on candidate: String, in directory: OpenFile, _ child: any DiskLayer) throws {
    var place = directory
    for folder in FilePath(candidate).removingLastComponent().components where folder.kind == .regular {
      do {
        place = OpenFile(
          try place.files.openDirectory(folder.string, in: place.descriptor), place.files, .source,
          path: place.path + "/" + folder.string)
      } catch {
        throw Self.problem(
          child,
          "the way to its parent '\(candidate)' is not one of directories: '\(folder.string)': \(error)",
          "Let it be a directory and no symbolic link, or flatten the chain.")
      }
    }
  }

  /// A reader that prefers the whole path would find there what is not the copy.
  private func refuseOthers(of parent: ParentReference, but found: String, _ child: any DiskLayer) throws {
    for candidate in parent.candidates where candidate != found && FilePath(candidate).isAbsolute {
      guard (try? child.file.files.status(candidate, following: true)) != nil else { continue }
      throw Self.problem(
        child,
        "besides '\(found)' it names its parent by the whole path '\(candidate)', and something is there",
        Self.movableRemedy)
    }
  }

  private static func problem(_ child: any DiskLayer, _ what: String, _ remedy: String) -> ImageProblem {
    ImageProblem(.chain, path: child.file.path, what, remedy: remedy)
  }
}
