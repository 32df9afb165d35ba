internal import CutoverCore
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Both ends of a cutover, found fit for it, and the plan: everything that is refused is refused here, before
/// anything is made.
struct CutoverSite {
  let source: OpenFile
  let sourceStatus: FileStatus
  let destination: DestinationImage
  let machine: CutoverMachine
  /// The directory of the destination, and its name therein.
  let directory: OpenFile
  let name: String

  init(of cutover: ImageCutover) throws(ImageCutoverError) {
    if let problem = cutover.options.contradiction { throw .badOptions(problem) }
    let files = cutover.files
    source = try Self.openSource(cutover.source, files)
    let status: FileStatus
    do { status = try source.status() } catch { throw .fileFault("\(error)") }
    sourceStatus = status
    guard status.isRegular else { throw .sourceNotRegular(path: cutover.source) }
    if let expected = cutover.expectedSource { try Self.compare(status, expected, cutover.options) }
    machine = try Self.makeMachine(cutover, status)

    let directoryPath: String
    (directoryPath, name) = try Self.split(cutover.destination)
    directory = try Self.openDirectory(directoryPath, files)
    try Self.refuseExisting(cutover, status, directory, name)
    do {
      let free = try files.freeSpace(directory.descriptor)
      guard free >= status.allocated else {
        throw ImageCutoverError.notEnoughSpace(
          directory: directoryPath, needed: status.allocated, free: free)
      }
    } catch let error as ImageCutoverError { throw error } catch {
      throw .fileFault("could not ask '\(directoryPath)' for its free space: \(error)")
    }
    destination = DestinationImage(name, in: directory, path: cutover.destination)

    if let size = cutover.options.resizeTo, size.count < status.size {
      let place: Int64?
      do { place = try source.firstNonZero(in: size.count..<status.size) } catch {
        throw .fileFault("\(error)")
      }
      if let place { throw .shrinkLosesData(to: size.count, dataAt: place) }
    }
    try Self.lock(source, isInUse: cutover.options.sourceInUse)
  }

  /// Both ends of a cutover that was broken off, found again.
  ///
  /// - Parameter isForUse: The source is to be read, so nobody may write to it but the guest that we know of.
  init(
    of history: JournalHistory, in directory: OpenFile, _ name: String, path: String, isForUse: Bool
  ) throws(ImageCutoverError) {
    let (header, files) = (history.header, directory.files)
    self.directory = directory
    self.name = name
    source = try Self.openSource(header.sourcePath, files)
    do { sourceStatus = try source.status() } catch { throw .fileFault("\(error)") }
    machine = history.machine
    let sameBoot = header.clock.boot == CutoverClock.boot
    let found = FileIdentity(sourceStatus)
    guard header.source.isSameFile(as: found, sameBoot: sameBoot) else {
      throw .sourceChanged(path: header.sourcePath, why: "another file bears its name")
    }
    guard header.source.size == found.size else {
      throw .sourceChanged(
        path: header.sourcePath, why: "it has \(found.size) bytes, and had \(header.source.size)")
    }
    destination = DestinationImage(name, in: directory, path: path)
    if isForUse { try Self.lock(source, isInUse: header.options.sourceInUse) }
  }

  private static func compare(
    _ status: FileStatus, _ expected: FileIdentity, _ options: ImageCutoverOptions
  ) throws(ImageCutoverError) {
    let found = FileIdentity(status)
    if !found.isSameFile(as: expected, sameBoot: false) {
      throw .stalePlan(why: "another file bears the source's name now")
    }
    if found.size != expected.size {
      throw .stalePlan(why: "the source has \(found.size) bytes now, and had \(expected.size)")
    }
    // A guest that runs writes.
    let mayBeWritten = options.sourceInUse || options.rehearsal != nil || options.hooks?.onPause != nil
    if !mayBeWritten && !found.isUntouched(since: expected) {
      throw .stalePlan(why: "the source was written to since")
    }
  }

  private static func lock(_ source: OpenFile, isInUse: Bool) throws(ImageCutoverError) {
    let lock = ImageLock(file: source)
    let isOurs: Bool
    do { isOurs = isInUse ? try lock.shareWriting() : try lock.denyWriting() } catch {
      throw .fileFault("\(error)")
    }
    if !isOurs { throw .sourceInUse(path: source.path) }
  }

  static func openSource(_ path: String, _ files: any FileAccess) throws(ImageCutoverError) -> OpenFile {
    do { return OpenFile(try files.openForReading(path), files, .source, path: path) } catch {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory: throw .sourceMissing(path: path)
      // A socket cannot be opened at all.
      case .noSuchAddressOrDevice: throw .sourceNotRegular(path: path)
      default: throw .sourceUnreadable(path: path, why: "\(error)")
      }
    }
  }

  static func openDirectory(_ path: String, _ files: any FileAccess, forWriting: Bool = true)
    throws(ImageCutoverError) -> OpenFile
  {
    do {
      let directory = OpenFile(try files.openDirectory(path), files, .destination, path: path)
      if forWriting { try files.mayWrite(path) }
      return directory
    } catch {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory: throw .directoryMissing(path: path)
      default: throw .directoryNotWritable(path: path, why: "\(error)")
      }
    }
  }

  static func split(_ destination: String) throws(ImageCutoverError) -> (
    directory: String, name: String
  ) {
    let path = FilePath(destination)
    guard let name = path.lastComponent, name.kind == .regular else {
      throw .badOptions("the destination '\(destination)' is not the name of a file")
    }
    let directory = path.removingLastComponent()
    return (directory.isEmpty ? "." : directory.string, name.string)
  }

  private static func refuseExisting(
    _ cutover: ImageCutover, _ source: FileStatus, _ directory: OpenFile, _ name: String
  ) throws(ImageCutoverError) {
    let (path, files) = (cutover.destination, directory.files)
    if let existing = try? files.status(path, following: true), existing.isSameFile(as: source) {
      throw .sameFile(source: cutover.source, destination: path)
    }
    if (try? files.status(path, following: false)) != nil { throw .destinationExists(path: path) }
    let (journal, partial) = (path + CutoverJournal.suffix, path + DestinationImage.suffix)
    let isPartialThere = (try? files.status(partial, following: false)) != nil
    if (try? files.status(journal, following: false)) != nil {
      guard !isPartialThere, CutoverJournal.nothingBegan(for: name, in: directory, path: path) else {
        throw .unfinished(path: path)
      }
      do { try files.remove(name + CutoverJournal.suffix, in: directory.descriptor) } catch {
        throw .unfinished(path: path)
      }
    }
    if isPartialThere { throw .partialExists(path: partial) }
  }

  private static func makeMachine(_ cutover: ImageCutover, _ status: FileStatus) throws(ImageCutoverError)
    -> CutoverMachine
  {
    let name = cutover.strategy.name
    let request = MigrationRequest(
      guest: GuestFacts(diskVirtual: Bytes(status.size), diskAllocated: Bytes(status.allocated)),
      notBefore: cutover.options.notBefore, resizeTo: cutover.options.resizeTo)
    let plan: CutoverPlan
    do { plan = try cutover.strategy.plan(for: request) } catch {
      throw .strategyRefuses(strategy: name, reason: error.reason.words)
    }
    if plan.media.contains(.memory) { throw .needsMemory(strategy: name) }
    do { return try CutoverMachine(plan) } catch {
      throw .strategyRefuses(strategy: name, reason: error.description)
    }
  }
}
