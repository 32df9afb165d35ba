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

  init(of cutover: ImageCutover) throws(ImageCutoverError) {
    if let problem = cutover.options.contradiction { throw .badOptions(problem) }
    let files = cutover.files
    source = try Self.openSource(cutover.source, files)
    let status: FileStatus
    do { status = try source.status() } catch { throw .fileFault("\(error)") }
    sourceStatus = status
    guard status.isRegular else { throw .sourceNotRegular(path: cutover.source) }
    machine = try Self.makeMachine(cutover, status)

    let (directoryPath, name) = try Self.split(cutover.destination)
    try Self.refuseExisting(cutover, status, files)
    let directory = try Self.openDirectory(directoryPath, files)
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

  static func openDirectory(_ path: String, _ files: any FileAccess) throws(ImageCutoverError)
    -> OpenFile
  {
    do {
      let directory = OpenFile(try files.openDirectory(path), files, .destination, path: path)
      try files.mayWrite(path)
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
    _ cutover: ImageCutover, _ source: FileStatus, _ files: any FileAccess
  ) throws(ImageCutoverError) {
    let path = cutover.destination
    if let existing = try? files.status(path, following: true), existing.isSameFile(as: source) {
      throw .sameFile(source: cutover.source, destination: path)
    }
    if (try? files.status(path, following: false)) != nil { throw .destinationExists(path: path) }
    let partial = path + DestinationImage.suffix
    if (try? files.status(partial, following: false)) != nil { throw .partialExists(path: partial) }
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
