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
  package init(_ file: OpenFile, options: OpeningOptions = OpeningOptions()) throws {
    self.init(layers: [try RawLayer(file)])
  }
}
