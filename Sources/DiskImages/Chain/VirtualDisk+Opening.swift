package import ImageFiles
internal import SystemPackage

extension VirtualDisk {
  /// Opens the image under `path` and all its parents, read-only.
  ///
  /// Which format it is, is said by `options.format` or by the name (`.raw`, `.img`, `.qcow2`, `.vhd`), and the contents
  /// must agree: a guest can write any header into its raw disk, so contents alone decide nothing.
  package init(
    opening path: String, options: OpeningOptions = OpeningOptions(), files: any FileAccess = LinuxFiles()
  ) throws {
    let descriptor: FileDescriptor
    do { descriptor = try files.openForReading(path) } catch {
      throw FileFault(role: .source, path: path, doing: "open", cause: .errno(error))
    }
    try self.init(OpenFile(descriptor, files, .source, path: path), options: options)
  }

  /// The same for an image that is open already. Parents are looked for from the directory of its `path`.
  ///
  /// Throws an `ImageProblem` for what the files hold, a `FileFault` for what they answer.
  package init(_ file: OpenFile, options: OpeningOptions = OpeningOptions()) throws {
    let status = try file.status()
    guard status.isRegular else {
      throw ImageProblem(
        .unsupported, path: file.path, "this is not a regular file", remedy: "Name a disk image.")
    }
    let format = try options.format ?? ImageFormat.told(byNameOf: file, size: status.size)
    var chain = ImageChain(options, try format.layer(of: file), status)
    try chain.openParents()
    self.init(layers: chain.layers, names: chain.names, notices: chain.notices)
  }

  /// The same for a chain whose files are all open, the image itself first, whatever they are called by now.
  package init(chain files: [(file: OpenFile, format: ImageFormat)]) throws {
    let layers = try files.map { try $0.format.layer(of: $0.file) }
    for (child, parent) in zip(layers, layers.dropFirst()) {
      guard let named = child.parent, named.identifier == nil || named.identifier == parent.identifier else {
        throw ImageProblem(
          .chain, path: child.file.path, "it does not rest on '\(parent.file.path)'",
          remedy: "See what was written to it meanwhile.")
      }
    }
    if let last = layers.last, let more = last.parent {
      throw ImageProblem(
        .chain, path: last.file.path, "it rests on '\(more.candidates.first ?? "another image")', too",
        remedy: "See what was written to it meanwhile.")
    }
    self.init(layers: layers)
  }
}

extension ImageFormat {
  func layer(of file: OpenFile) throws -> any DiskLayer {
    switch self {
    case .raw: try RawLayer(file)
    case .qcow2: try Qcow2Layer(file)
    case .vhd: try VHDLayer.open(file)
    }
  }
}
