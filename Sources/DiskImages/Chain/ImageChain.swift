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

  /// What came of one of the paths by which a child names its parent.
  private enum Trial {
    case found(any DiskLayer, FileStatus)
    case refused(String)
    /// It leads to where no parent may be.
    case elsewhere(String)
  }

  /// Tries the paths that the child names, until one leads to its parent.
  private mutating func find(_ parent: ParentReference, of child: any DiskLayer) throws -> (
    any DiskLayer, FileStatus, String
  ) {
    let directory = try Self.directory(of: child)
    var refusals: [String] = []
    var isElsewhere = false
    for candidate in parent.candidates {
      switch try attempt(candidate, in: directory, parent, of: child) {
      case .found(let layer, let status):
        if let time = parent.modified, time != status.modified / 1_000_000_000 {
          notices.append(
            "'\(layer.file.path)' was changed after its child '\(child.file.path)' noted its time; the identifiers agree"
          )
        }
        if options.isMovable { try Self.refuseOthers(of: parent, but: candidate, child) }
        return (layer, status, candidate)
      case .refused(let why): refusals.append("'\(candidate)' \(why)")
      case .elsewhere(let why):
        refusals.append("'\(candidate)' \(why)")
        isElsewhere = true
      }
    }
    throw notFound(parent, of: child, refusals, isElsewhere: isElsewhere)
  }

  private static func directory(of child: any DiskLayer) throws -> OpenFile {
    let files = child.file.files
    let place = FilePath(child.file.path).removingLastComponent()
    let path = place.isEmpty ? "." : place.string
    do { return OpenFile(try files.openDirectory(path), files, .source, path: path) } catch {
      throw FileFault(role: .source, path: path, doing: "open", cause: .errno(error))
    }
  }

  private func attempt(
    _ candidate: String, in directory: OpenFile, _ parent: ParentReference, of child: any DiskLayer
  ) throws -> Trial {
    if options.isMovable, let why = Self.immovable(candidate, parent) { return .elsewhere(why) }
    if options.parents == .beside, !Self.isBeside(candidate, directory.path) {
      return .elsewhere("is not below the directory of its child")
    }
    let file: OpenFile
    do {
      let descriptor =
        options.isMovable
        ? try Self.openWithoutLinks(candidate, in: directory, child)
        : try directory.files.openForReading(candidate, in: directory.descriptor)
      let path = FilePath(child.file.path).removingLastComponent().pushing(FilePath(candidate))
      file = OpenFile(descriptor, directory.files, .source, path: path.string)
    } catch let error as Errno {
      return .refused(
        error == .tooManySymbolicLinkLevels ? "is a symbolic link" : "cannot be opened: \(error)")
    }
    let status = try file.status()
    if let refusal = try refusal(of: file, status, parent, of: child) { return .refused(refusal) }
    let layer = try format(of: file, status, parent, child).layer(of: file)
    if let wanted = parent.identifier, layer.identifier != wanted {
      return .refused("is another image: its identifier is \(layer.identifier?.description ?? "none")")
    }
    return .found(layer, status)
  }

  private func notFound(
    _ parent: ParentReference, of child: any DiskLayer, _ refusals: [String], isElsewhere: Bool
  ) -> ImageProblem {
    let tried = refusals.isEmpty ? "no path of it is known here" : refusals.joined(separator: "; ")
    if isElsewhere && options.isMovable {
      return Self.problem(
        child, "it does not name its parent so that a copy of it would find a copy of that: \(tried)",
        Self.movableRemedy)
    }
    let wanted = parent.identifier.map { " \($0)" } ?? ""
    return Self.problem(
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

  static func problem(_ child: any DiskLayer, _ what: String, _ remedy: String) -> ImageProblem {
    ImageProblem(.chain, path: child.file.path, what, remedy: remedy)
  }
}
