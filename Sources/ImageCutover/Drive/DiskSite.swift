internal import CLinux
internal import DiskImages
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Both ends of one disk, found fit.
struct DiskSite: Sendable {
  let source: SourceImage
  let destination: DestinationImage
  /// That is written.
  let format: DiskFormat
  /// The directory of the destination, and its name therein.
  let directory: OpenFile
  let name: String

  /// Refuses what is refused of a single disk; makes nothing.
  init(
    _ move: ImageMove, _ options: ImageCutoverOptions, _ files: any FileAccess
  ) throws(ImageCutoverError) {
    source = try SourceImage(move, options, files)
    if let why = source.difference(from: move, options) { throw .stalePlan(why: why) }
    format = try move.format(like: source.format)
    let size = options.resizeTo?.count ?? source.virtualSize
    do {
      try ImageWriters.check(format.image, size: source.virtualSize, path: move.destination)
      try ImageWriters.check(format.image, size: size, path: move.destination)
    } catch { throw .badImage(what: error.message, remedy: error.remedy) }
    if format != .raw, size < source.virtualSize {
      throw .badOptions("a \(format.rawValue) image cannot be made smaller than its source")
    }
    let path: String
    (path, name) = try CutoverSite.split(move.destination)
    directory = try CutoverSite.openDirectory(path, files)
    try CutoverSite.refuseExisting(move, source.status, directory, name)
    destination = DestinationImage(name, in: directory, path: move.destination)
  }

  /// A directory that cannot be asked is taken to be on the same device as any other such.
  var route: DiskRoute {
    DiskRoute(
      sources: Set(source.links.map(\.identity.device)), destination: (try? directory.status().device) ?? 0)
  }

  /// A file of a chain that is kept.
  init(
    verbatim source: SourceImage, to name: String, in directory: OpenFile, path: String
  ) throws(ImageCutoverError) {
    (self.source, self.name, self.directory, format) = (source, name, directory, .raw)
    let move = ImageMove(source: source.file.path, destination: path)
    try CutoverSite.refuseExisting(move, source.status, directory, name)
    destination = DestinationImage(name, in: directory, path: path)
  }

  /// What the new image takes on its disk, in bytes: of a raw one that shares its source's blocks, next to nothing.
  func roomNeeded(size: Int64?, mayShare: Bool) throws -> Int64 {
    guard format != .raw else {
      return mayShare && canShare ? min(source.allocated, 1 << 20) : source.allocated
    }
    return try source.allocation(in: format, size: size ?? source.virtualSize).bytes(withHoles: true)
  }

  private var canShare: Bool {
    guard source.format == .raw, !source.status.isBlockDevice,
      let file = try? directory.files.createUnnamed(in: directory.descriptor)
    else { return false }
    defer { directory.files.close(file) }
    return linux_can_clone(source.file.descriptor.rawValue, file.rawValue) == 1
  }

  /// Refuses a size that would cut off data.
  func checkShrink(to size: Int64) throws(ImageCutoverError) {
    guard size < source.virtualSize else { return }
    let place: Int64?
    do { place = try source.face.firstNonZero(in: size..<source.virtualSize) } catch {
      throw .fileFault("\(error)")
    }
    if let place { throw .shrinkLosesData(to: size, dataAt: place) }
  }

  /// Finds it again.
  init(
    _ known: JournalDisk, _ options: ImageCutoverOptions, in directory: OpenFile, _ name: String,
    path: String, sameBoot: Bool, isForUse: Bool, grows: Bool = false, isParent: Bool = false
  ) throws(ImageCutoverError) {
    source = try SourceImage(
      known, options, sameBoot: sameBoot, isForUse: isForUse, directory.files, grows: grows,
      isParent: isParent
    )
    format = known.destinationFormat
    self.directory = directory
    self.name = name
    destination = DestinationImage(name, in: directory, path: path)
  }

  func lock(isInUse: Bool) throws(ImageCutoverError) {
    do {
      let lock = ImageLock(file: source.file)
      let isOurs = isInUse ? try lock.shareWriting() : try lock.denyWriting()
      if !isOurs { throw ImageCutoverError.sourceInUse(path: source.file.path) }
      // What others rest on is written to by nobody.
      for layer in source.disk?.layers.dropFirst() ?? [] where try !ImageLock(file: layer.file).denyWriting()
      {
        throw ImageCutoverError.sourceInUse(path: layer.file.path)
      }
    } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
  }

  /// As the journal keeps it.
  var known: JournalDisk {
    JournalDisk(
      sourcePath: absolutePath(source.file.path), destinationPath: absolutePath(destination.path),
      chain: source.links, sourceFormat: source.format, destinationFormat: format,
      virtualSize: source.virtualSize)
  }
}
