internal import CutoverCore
internal import DiskImages
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// Both ends of a cutover, found fit for it, and the plan: everything that is refused is refused here, before
/// anything is made.
struct CutoverSite {
  /// The guest's disks, and behind them the parents of those that are moved with their chains; the journal is beside
  /// the first one's destination.
  let disks: [DiskSite]
  let chains: KeptChains
  let machine: CutoverMachine
  /// Where the hashes go that are to be kept.
  let manifest: ManifestFile?

  var directory: OpenFile { disks[0].directory }
  var name: String { disks[0].name }
  /// What there is to copy, in bytes.
  var allocated: Int64 { disks.reduce(0) { $0 + $1.source.allocated } }

  /// What is left on the disk under a provisional name.
  var leftBehind: String? { disks.lazy.compactMap(\.destination.leftBehind).first }
  var isPublished: Bool { disks.contains { $0.destination.isPublished } }

  init(of cutover: ImageCutover) throws(ImageCutoverError) {
    let (options, files) = (cutover.options, cutover.files)
    if let problem = options.contradiction ?? Self.contradiction(cutover.disks, options) {
      throw .badOptions(problem)
    }
    try Self.refuseUntold(cutover.disks)
    // A guest that the caller has made knows no hooks.
    if cutover.guest == nil { try options.hooks?.check() }
    let layout = try SiteLayout(cutover.disks, options, files)
    let disks = layout.disks
    self.disks = disks
    chains = try KeptChains(layout.chains, layout.present)
    try Self.refuseNames(disks, guests: cutover.disks.count, hasManifest: options.manifest != nil)
    try Self.refuseTwice(disks, guests: cutover.disks.count, layout.present)
    try Self.checkSpace(disks, options)
    machine = try Self.makeMachine(cutover, disks, chains)
    try Self.refuseMovingTables(disks, machine.plan, options)
    for disk in disks { try options.tracking.check(disk.source.file) }
    try Self.refuseReplacing(disks)
    if let size = options.resizeTo { for disk in disks { try disk.checkShrink(to: size.count) } }
    manifest = try options.manifest.map { path throws(ImageCutoverError) in
      try Self.refuseManifest(path, disks)
      return try ManifestFile(path, files)
    }
    try lock(options)
  }

  /// Nobody may write to what is read, but a guest that we know of to its own image.
  private func lock(_ options: ImageCutoverOptions) throws(ImageCutoverError) {
    for (number, disk) in disks.enumerated() {
      try disk.lock(isInUse: options.sourceInUse && !chains.chains.contains(parent: number))
    }
    for parent in chains.present { try parent.lock() }
  }

  /// Both ends of a cutover that was broken off, found again.
  ///
  /// - Parameter isForUse: The source is to be read, so nobody may write to it but the guest that we know of.
  init(
    of history: JournalHistory, in directory: OpenFile, _ name: String, path: String, isForUse: Bool
  ) throws(ImageCutoverError) {
    let (header, files) = (history.header, directory.files)
    let sameBoot = header.clock.boot == CutoverClock.boot
    machine = history.machine
    var disks: [DiskSite] = []
    for (number, known) in header.disks.enumerated() {
      var (place, disk, itsPath) = (directory, name, path)
      if number > 0 {
        itsPath = known.destinationPath
        (place, disk) = try header.place(ofDisk: number, beside: directory)
      }
      disks.append(
        try DiskSite(
          known, header.options, in: place, disk, path: itsPath, sameBoot: sameBoot, isForUse: isForUse,
          grows: header.keptChains.contains { $0.top == number },
          isParent: header.keptChains.contains(parent: number)))
    }
    self.disks = disks
    chains = try KeptChains(
      header.keptChains, isForUse ? try header.presentParents(sameBoot: sameBoot, beside: directory) : [],
      known: header.parents)
    manifest = try header.options.manifest.map { path throws(ImageCutoverError) in
      try ManifestFile(path, files, wasBegun: history.manifest != nil)
    }
    if isForUse { try lock(header.options) }
  }

  /// Refuses paths that whoever goes on later, from elsewhere, could not find again.
  private static func refuseUntold(_ moves: [ImageMove]) throws(ImageCutoverError) {
    guard isWorkingDirectoryUntold() else { return }
    for path in moves.flatMap({ [$0.source, $0.destination] }) where !path.hasPrefix("/") {
      throw .badOptions(
        "the path of the working directory is no text in UTF-8, so that '\(path)' could not be found again")
    }
  }

  // MARK: - Several disks

  private static func contradiction(_ moves: [ImageMove], _ options: ImageCutoverOptions) -> String? {
    if moves.isEmpty { return "there is no disk to move" }
    if moves.contains(where: \.keepsChain) {
      if options.resizeTo != nil { return "a chain that is kept keeps the size of its disk" }
      switch options.tracking {
      case .scan, .reflink: break
      case .log, .nbd: return "a log or a server tells of a disk, and a chain that is kept is moved as files"
      }
    }
    guard moves.count > 1 else { return nil }
    if options.resizeTo != nil { return "one disk is resized at a time" }
    switch options.tracking {
    case .scan, .reflink: return nil
    case .log, .nbd: return "a log or a server tells of one disk, and there are \(moves.count)"
    }
  }

  /// Refuses names that ours could be taken for, and those that a manifest could not tell apart.
  private static func refuseNames(
    _ disks: [DiskSite], guests: Int, hasManifest: Bool
  ) throws(ImageCutoverError) {
    for disk in disks where disk.name.contains(OwnNames.mark) {
      throw .badOptions("'\(disk.destination.path)' has a name such as a cutover's own files have")
    }
    guard hasManifest else { return }
    var names: Set<String> = []
    for disk in disks[..<guests] where !names.insert(disk.name).inserted {
      throw .badOptions(
        "two disks are called '\(disk.name)', and a manifest tells disks apart by the names of their files")
    }
  }

  /// - Parameter guests: So many of the disks are the guest's own; the others are parents, and may be two guests' alike.
  private static func refuseTwice(
    _ disks: [DiskSite], guests: Int, _ present: [PresentParent]
  ) throws(ImageCutoverError) {
    for (number, disk) in disks.enumerated() {
      do {
        if number < guests,
          let parent = try present.first(where: { try $0.isSameFile(as: disk.source.status) })
        {
          throw ImageCutoverError.badOptions(
            "'\(disk.source.file.path)' is to be moved, and is '\(parent.destination.path)', on which another is to rest"
          )
        }
      } catch let error as ImageCutoverError { throw error } catch { throw .fileFault("\(error)") }
      for (before, other) in disks[..<number].enumerated() {
        if before < guests, disk.source.status.isSameFile(as: other.source.status) {
          throw .badOptions("'\(disk.source.file.path)' is to be moved twice")
        }
        let directories: (FileStatus, FileStatus)
        do { directories = (try disk.directory.status(), try other.directory.status()) } catch {
          throw .fileFault("\(error)")
        }
        if disk.name == other.name, directories.0.isSameFile(as: directories.1) {
          throw .badOptions("'\(disk.destination.path)' is to be the place of two images")
        }
      }
    }
  }

  /// Nothing else may be about to bear the manifest's name.
  private static func refuseManifest(_ path: String, _ disks: [DiskSite]) throws(ImageCutoverError) {
    let (folder, name) = try split(path)
    let place = try openDirectory(folder, disks[0].directory.files)
    for disk in disks {
      let taken = ["", CutoverJournal.suffix, DestinationImage.suffix].map { disk.name + $0 }
      guard taken.contains(name) else { continue }
      do {
        guard try place.status().isSameFile(as: disk.directory.status()) else { continue }
      } catch { throw .fileFault("\(error)") }
      throw .badOptions(
        "the manifest '\(path)' has a name that the cutover to '\(disk.destination.path)' needs")
    }
  }

  /// Refuses a place where what bears a name cannot be kept from being replaced: behind the pause that is too late.
  private static func refuseReplacing(_ disks: [DiskSite]) throws(ImageCutoverError) {
    var asked: Set<UInt64> = []
    for directory in disks.map(\.directory) {
      do {
        guard asked.insert(try directory.status().device).inserted else { continue }
        guard try directory.files.canRename(in: directory.descriptor) else {
          throw ImageCutoverError.badImage(
            what:
              "no image can be given its name in '\(directory.path)': its file system can neither rename a file "
              + "without replacing another nor give it a second name (a hard link)",
            remedy: "Name a directory on another file system.")
        }
      } catch let error as ImageCutoverError { throw error } catch let error as Errno
        where error == .noSpace || error == .diskQuotaExceeded
      {
        throw .destinationFull(what: "nothing can be made in '\(directory.path)': \(error)")
      } catch {
        throw .fileFault("could not try to rename a file in '\(directory.path)': \(error)")
      }
    }
  }

  private static func checkSpace(_ disks: [DiskSite], _ options: ImageCutoverOptions)
    throws(ImageCutoverError)
  {
    do {
      let rooms = try disks.map {
        (
          device: try $0.directory.status().device,
          needed: try $0.roomNeeded(size: options.resizeTo?.count, mayShare: options.mayShareBlocks)
        )
      }
      for (disk, room) in zip(disks, rooms) {
        let needed = rooms.reduce(0) { $1.device == room.device ? $0 + $1.needed : $0 }
        let free = try disk.directory.files.freeSpace(disk.directory.descriptor)
        guard free >= needed else {
          throw ImageCutoverError.notEnoughSpace(directory: disk.directory.path, needed: needed, free: free)
        }
      }
    } catch let error as ImageCutoverError { throw error } catch let problem as ImageProblem {
      throw .badImage(what: problem.message, remedy: problem.remedy)
    } catch {
      throw .fileFault("could not ask for the free space at the destination: \(error)")
    }
  }

  /// An image whose tables a guest changes cannot be read beside it: what a table says and what lies there belong to
  /// different moments.
  private static func refuseMovingTables(
    _ disks: [DiskSite], _ plan: CutoverPlan, _ options: ImageCutoverOptions
  ) throws(ImageCutoverError) {
    let mayBeWritten = options.sourceInUse || options.hooks?.onPause != nil
    // Of a chain that is kept the tables are moved as they are, and read by nobody.
    if mayBeWritten, options.tracking != .scan, let disk = disks.first(where: { $0.source.grows }) {
      throw .badOptions("'\(disk.source.file.path)' grows under its guest: only '--track scan' sees that")
    }
    guard let disk = disks.first(where: { $0.source.format != .raw }) else { return }
    let format = disk.source.format.rawValue
    switch options.tracking {
    case .nbd: return
    case .reflink, .log:
      throw .badOptions("'\(disk.source.file.path)' is \(format): this tracker knows raw images")
    case .scan: break
    }
    if mayBeWritten && !plan.replication.isEmpty {
      throw .badImage(
        what:
          "'\(disk.source.file.path)' is \(format), and a guest that runs changes its tables while they are read",
        remedy: "Read it from the guest's server (--track nbd), or stop the guest first (--strategy cold).")
    }
  }

  static func openSource(
    _ path: String, _ files: any FileAccess, _ role: FileRole = .source, follows: Bool = false
  ) throws(ImageCutoverError) -> OpenFile {
    do {
      // Whoever may write in its directory could make a link of it, to any file of the host.
      let descriptor =
        follows
        ? try files.openForReading(path)
        : try files.openForReading(path, in: FileDescriptor(rawValue: AT_FDCWD))
      return OpenFile(descriptor, files, role, path: path)
    } catch {
      switch error {
      case .tooManySymbolicLinkLevels: throw .sourceIsLink(path: path)
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
    guard !destination.hasSuffix("/") else {
      throw .badOptions(
        "the destination '\(destination)' names a directory, and not the file to be made in it")
    }
    let path = FilePath(destination)
    guard let name = path.lastComponent, name.kind == .regular else {
      throw .badOptions("the destination '\(destination)' is not the name of a file")
    }
    let directory = path.removingLastComponent()
    return (directory.isEmpty ? "." : directory.string, name.string)
  }

  static func refuseExisting(
    _ move: ImageMove, _ source: FileStatus, _ directory: OpenFile, _ name: String
  ) throws(ImageCutoverError) {
    let (path, files) = (move.destination, directory.files)
    // NAME_MAX of all file systems of Linux (linux/limits.h).
    let most = 255 - OwnNames.longest
    guard name.utf8.count <= most else {
      throw .badOptions(
        "the destination's name has \(name.utf8.count) bytes, and with \(most) those of the cutover's own files end: '\(path)'"
      )
    }
    if let existing = try? files.status(path, following: true), existing.isSameFile(as: source) {
      throw .sameFile(source: move.source, destination: path)
    }
    if (try? files.status(path, following: false)) != nil { throw .destinationExists(path: path) }
    try refuseUnfinished(at: path, in: directory, name)
  }

  /// Refuses a place that another cutover has, or has left. What one has left that had not begun is no obstacle, and is
  /// there still when this returns.
  static func refuseUnfinished(
    at path: String, in directory: OpenFile, _ name: String
  ) throws(ImageCutoverError) {
    let files = directory.files
    let (journal, partial) = (path + CutoverJournal.suffix, path + DestinationImage.suffix)
    let isPartialThere = (try? files.status(partial, following: false)) != nil
    if (try? files.status(journal, following: false)) != nil {
      if CutoverJournal.isAtWork(for: name, in: directory, path: path) { throw .destinationBusy(path: path) }
      guard CutoverJournal.nothingBegan(for: name, in: directory, path: path) else {
        throw CutoverJournal.obstacle(for: name, in: directory, path: path)
      }
    }
    // It is not of a cutover whose journal ends in its first record.
    if isPartialThere { throw .partialExists(path: partial) }
  }

  /// Takes away what cutovers have left that had not begun: who only looks leaves it.
  func clearAway() throws(ImageCutoverError) {
    for disk in disks {
      let path = disk.destination.path
      let journal = disk.name + CutoverJournal.suffix
      guard (try? disk.directory.files.status(journal, in: disk.directory.descriptor)) != nil else {
        continue
      }
      guard CutoverJournal.clear(for: disk.name, in: disk.directory, path: path) else {
        throw .destinationBusy(path: path)
      }
    }
  }

  private static func makeMachine(
    _ cutover: ImageCutover, _ disks: [DiskSite], _ chains: KeptChains
  ) throws(ImageCutoverError) -> CutoverMachine {
    let name = cutover.strategy.name
    let request = MigrationRequest(
      guest: GuestFacts(
        diskVirtual: Bytes(chains.virtualSize(disks)),
        diskAllocated: Bytes(disks.reduce(0) { $0 + $1.source.allocated })),
      notBefore: cutover.options.notBefore, resizeTo: cutover.options.resizeTo)
    var plan: CutoverPlan
    do { plan = try cutover.strategy.plan(for: request) } catch {
      throw .strategyRefuses(strategy: name, reason: error.reason.words)
    }
    if plan.media.contains(.memory) { throw .needsMemory(strategy: name) }
    if cutover.guest == nil, let hooks = cutover.options.hooks { plan.giveTime(to: hooks) }
    do { return try CutoverMachine(plan) } catch {
      throw .strategyRefuses(strategy: name, reason: error.description)
    }
  }
}
