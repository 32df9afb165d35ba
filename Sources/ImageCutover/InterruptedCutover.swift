internal import CutoverCore
internal import DiskImages
package import ImageFiles
internal import Quantities
internal import SystemPackage

/// A cutover that has not ended, as its journal tells it: to be looked at, gone on with, or undone.
///
/// ```swift
/// let cutover = try InterruptedCutover(destination: "/new/disk.raw")
/// if !cutover.isAtWork { print(try cutover.resume().outcome) }
/// ```
///
/// Nothing of what the dead driver had not flushed is trusted. A pass goes on from its last checkpoint; what the guest
/// wrote meanwhile is found by the passes that follow, which look at everything. A guest that was stopped is stopped
/// again, and everything is moved and compared again, for it may have been revived. `CutoverMachine+Return.swift` has
/// the table.
public struct InterruptedCutover: Sendable {
  /// Of the guest's first disk, beside which the journal is, whichever of them was named.
  public let destination: String
  public let source: String
  /// All disks of the guest, this one first.
  public let moves: [ImageMove]
  public let strategy: String
  public let options: ImageCutoverOptions
  /// What the caller of the first run left there.
  public let note: String
  /// Whether a driver has it in hands right now.
  public let isAtWork: Bool
  public let phase: ImageCutoverProgress.Phase
  /// Passes done, and how far the one under way has come, durably.
  public let passes: [ImageCutoverReport.Pass]
  public let durableUpTo: Int64
  /// Of all disks, their holes included, in bytes: where `durableUpTo` ends.
  public let virtualSize: Int64
  /// Where the guest is, as far as the journal can tell.
  public let guest: Whereabouts
  /// All files that are made: the guest's disks, this one first, and behind them the parents that are moved with them.
  public let destinations: [String]
  /// It is over, and only its journal is left.
  public let outcome: ImageCutoverReport?
  /// What went wrong so far.
  public let detail: String?

  var files: any FileAccess = LinuxFiles()

  public enum Whereabouts: String, Hashable, Sendable, CaseIterable {
    case source, destination
    /// It was stopped, or told to, and not started since.
    case down
    /// It was told to start at the destination, and what came of it was not written down: it may run there.
    case unknown
  }

  /// Whether the guest was stopped and has not been started since; `nil`: it may run at the destination.
  public var guestIsDown: Bool? { guest == .unknown ? nil : guest == .down }

  /// When both sides have been written to since the publication: which one is true.
  public enum Truth: String, Hashable, Sendable, CaseIterable {
    case source, destination
  }

  /// - Parameter destination: That of any disk of the guest.
  public init(destination: String) throws(ImageCutoverError) {
    try self.init(destination: destination, files: LinuxFiles())
  }

  package init(destination named: String, files: any FileAccess) throws(ImageCutoverError) {
    self.files = files
    let (namedPath, namedName) = try CutoverSite.split(named)
    let place = try CutoverSite.openDirectory(namedPath, files, forWriting: false)
    let first = try Self.explained(named) {
      try CutoverJournal.first(for: namedName, in: place, path: named)
    }
    let destination = first ?? named
    self.destination = destination
    let (path, name) = try CutoverSite.split(destination)
    let directory = try CutoverSite.openDirectory(path, files, forWriting: false)
    let (history, isInUse) = try Self.explained(destination) {
      try CutoverJournal.read(for: name, in: directory, path: destination)
    }
    if first != nil, !history.header.hasDestination(namedName, in: place) {
      throw .journalUnusable(
        path: named + CutoverJournal.suffix,
        why: "it leads to that of '\(destination)', which tells of others")
    }
    guard let disk = history.header.disks.first else {
      throw .journalUnusable(path: destination + CutoverJournal.suffix, why: "it names no disk")
    }
    source = disk.sourcePath
    moves = history.header.moves
    destinations = history.header.disks.map(\.destinationPath)
    strategy = history.header.strategy
    options = history.header.options
    note = history.header.note
    isAtWork = isInUse
    passes = history.turn?.passes ?? []
    durableUpTo = history.durableUpTo
    virtualSize = history.header.disks.reduce(0) { $0 + $1.virtualSize }
    phase = ImageCutoverProgress.Phase(history.machine.currentStep.action)
    guest = Whereabouts(history)
    outcome = history.outcome
    detail = history.turn?.detail
  }

  /// Goes on where the dead driver stopped, and returns when it is over.
  ///
  /// - Parameters:
  ///   - guest: Who uses the image; `nil`: nobody.
  ///   - truth: Only to decide which side is true where both were written to.
  ///   - cancellation: Suspends it, or calls it off, from another thread.
  ///   - progress: Is told of each step and how far it is, on the calling thread.
  public func resume(
    guest: (any GuestControl)? = nil, keeping truth: Truth? = nil,
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (ImageCutoverProgress) -> Void = { _ in }
  ) throws(ImageCutoverError) -> ImageCutoverReport {
    try takeUp(guest, keeping: truth, rollingBack: false, cancellation, progress)
  }

  /// Undoes it: the guest goes on at the source, and what was made is removed. From the moment at which the destination
  /// was told to start, it depends on whether the guest runs there.
  public func rollBack(
    guest: (any GuestControl)? = nil, progress: (ImageCutoverProgress) -> Void = { _ in }
  ) throws(ImageCutoverError) -> ImageCutoverReport {
    try takeUp(guest, keeping: nil, rollingBack: true, CancellationFlag(), progress)
  }

  private func takeUp(
    _ guest: (any GuestControl)?, keeping truth: Truth?, rollingBack: Bool,
    _ cancellation: CancellationFlag, _ progress: (ImageCutoverProgress) -> Void
  ) throws(ImageCutoverError) -> ImageCutoverReport {
    let (path, name) = try CutoverSite.split(destination)
    let directory = try CutoverSite.openDirectory(path, files)
    let (journal, history) = try Self.explained(destination) {
      try CutoverJournal.open(for: name, in: directory, path: destination)
    }
    if let report = history.outcome {
      for made in report.disks where (try? files.status(made.destination, following: true)) == nil {
        throw .badImage(
          what: "the cutover was completed, and '\(made.destination)' is not there any more",
          remedy:
            "Nothing can be gone on with or undone. Remove the journal, '\(destination)\(OwnNames.journal)'.")
      }
      if !options.keepsJournal, !report.outcome.hasPrefix("lost") { try? journal.remove() }
      return report
    }
    let action = history.machine.currentStep.action
    let isForUse = !rollingBack && !action.isBehindStart
    let options = history.header.options
    if isForUse && guest == nil { try options.hooks?.check() }
    let site = try CutoverSite(of: history, in: directory, name, path: destination, isForUse: isForUse)
    let found = try Self.explained(destination) {
      try Return(
        history, site, rollingBack: rollingBack, keeping: truth,
        isFitted: options.resizeTo != nil && (guest != nil || options.hooks?.onResize != nil)
      ).events()
    }
    // While the guest is down nothing may keep it so: the proof compares them, or the start. Once it may have been started,
    // a difference is for people to look at.
    if !history.machine.accounts.isGuestDown || history.published != nil {
      try site.chains.prove(wasBegun: true, options, cancellation, progress)
    }
    let guest =
      guest ?? ImageCutover.guest(options, history.header.moves, strategy: history.header.strategy)
    do { try guest.reattach() } catch { throw .guest("the guest cannot be taken over: \(error)") }
    let driver = CutoverDriver(
      site, guest, options, cancellation, journal, CutoverClock(after: history.clock), after: history,
      detail: found.detail)
    let report: ImageCutoverReport
    do { report = try driver.run(found.events, progress) } catch {
      guest.detach()
      throw error
    }
    if !report.isSuspended { guest.detach() }
    return report
  }

  private static func explained<Result>(_ destination: String, _ body: () throws -> Result)
    throws(ImageCutoverError) -> Result
  {
    do { return try body() } catch let error as ImageCutoverError { throw error } catch let fault as FileFault
    {
      switch (fault.doing, fault.cause) {
      case ("open", .errno(.noSuchFileOrDirectory)) where fault.role == .journal:
        throw .journalMissing(path: fault.path)
      case ("lock", .errno(.resourceTemporarilyUnavailable)), ("lock", .errno(.permissionDenied)):
        throw .destinationBusy(path: destination)
      default: throw .fileFault("\(fault)")
      }
    } catch let damage as JournalDamage where damage == .empty || damage == .noHeader {
      throw .nothingBegan(path: destination)
    } catch let damage as JournalDamage {
      throw .journalUnusable(path: destination + CutoverJournal.suffix, why: "\(damage)")
    } catch { throw .fileFault("\(error)") }
  }
}

extension InterruptedCutover.Whereabouts {
  fileprivate init(_ history: JournalHistory) {
    let isDown = history.machine.accounts.isGuestDown
    switch history.machine.currentStep.action {
    // Whether the hook that starts it has begun is not known: only that it may have.
    case .startDestination where history.published != nil, .fenceDestination where history.published != nil,
      .finish(.lost(.destinationUnknown)), .finish(.lost(.torn)):
      self = .unknown
    case .releaseSource, .pullRemaining, .finish(.completed): self = .destination
    case .finish, .fenceDestination, .restoreSource, .discardDestination, .startDestination,
      .prepareDestination, .copy, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveRemaining,
      .moveDeviceState, .resizeDestination, .verifyDestination:
      self = isDown ? .down : .source
    }
  }
}

extension JournalHeader {
  /// Whether a disk of the guest is to have this place, by whichever path.
  fileprivate func hasDestination(_ name: String, in directory: OpenFile) -> Bool {
    disks.contains { disk in
      guard let place = try? CutoverSite.split(disk.destinationPath), place.name == name,
        let there = try? directory.files.status(place.directory, following: true),
        let here = try? directory.status()
      else { return false }
      return there.isSameFile(as: here)
    }
  }
}

/// What the machine is told first when a driver comes back: that it was away, and what can be seen of what happened
/// meanwhile.
///
/// | what is found | what is told after `driverReturned` |
/// |---|---|
/// | the copy is gone | the destination has failed: back to the source |
/// | to be rolled back | `cancelled`; behind the start, where that is too late, that the guest does not start |
/// | broken off before the start; a new image was written to since its proof | the proof has failed: back to the source |
/// | broken off at the start; only the source was written to | that the guest does not start: it was put back by hand |
/// | broken off at the start; both were written to | nothing: a person has to say which one is true |
/// | over, all but the saying so | nothing at all |
/// | anything else | nothing: the step is done again |
private struct Return {
  let history: JournalHistory
  let site: CutoverSite
  let rollingBack: Bool
  let truth: InterruptedCutover.Truth?
  /// Somebody fits the file system to a new size behind the proof, and so writes to the new image.
  let isFitted: Bool

  init(
    _ history: JournalHistory, _ site: CutoverSite, rollingBack: Bool,
    keeping truth: InterruptedCutover.Truth?, isFitted: Bool
  ) {
    self.history = history
    self.site = site
    self.rollingBack = rollingBack
    self.truth = truth
    self.isFitted = isFitted
  }

  /// - Returns: The events, and what was found wrong.
  func events() throws -> (events: [CutoverEvent], detail: String?) {
    let last = history.clock
    let away = max(CutoverClock(after: last).now - last.machine, .zero)
    var events: [CutoverEvent] = [history.turn == nil ? .begin : .driverReturned(away: away)]
    let sameBoot = last.boot == CutoverClock.boot
    var missing: String?
    for (number, disk) in site.disks.enumerated() {
      if try !disk.destination.adopt(history.made[number], sameBoot: sameBoot) {
        missing =
          missing
          ?? "'\(disk.destination.path)\(DestinationImage.suffix)' is gone, or another file bears its name"
      }
    }
    let isThere = missing == nil
    let action = site.machine.currentStep.action
    if case .finish = action { return ([], nil) }
    if case .startDestination = action {
      let back = try backAtSource(isThere)
      if back.isSo || rollingBack { return (events + [.failed(.guest)], missing ?? back.why) }
      if history.published == nil { try excludeOthers() }
      guard let changed = try changedSinceProof() else { return (events, nil) }
      return (events + [.failed(.verification)], changed)
    }
    let isOver = action.isBehindStart
    if !isThere && !isOver {
      events.append(.failed(.destination))
    } else if rollingBack && !isOver {
      events.append(.cancelled)
    }
    guard isThere, !isOver else { return (events, isOver ? nil : missing) }
    try excludeOthers()
    for file in site.disks.compactMap(\.destination.file) {
      // What the dead driver wrote and could not flush is in the cache as if it were on the disk.
      try file.synchronize()
      file.dropCache(0..<(try file.status().size))
    }
    return (events, nil)
  }

  /// Nobody but us may have the new images open for writing.
  private func excludeOthers() throws {
    for disk in site.disks {
      guard let file = disk.destination.file else { continue }
      guard try ImageLock(file: file).exclude() else {
        throw ImageCutoverError.destinationBusy(path: disk.destination.path)
      }
    }
  }

  /// What was written to a new image between its proof and the start of the guest; `nil`: nothing that is known.
  private func changedSinceProof() throws -> String? {
    for (number, disk) in site.disks.enumerated() {
      guard let file = disk.destination.file else { continue }
      let now = FileIdentity(try file.status())
      if let published = history.published {
        // The guest may be at work on its own images, but nobody writes to what they rest on.
        guard site.chains.chains.contains(parent: number), published.indices.contains(number),
          !now.isUntouched(since: published[number].destination), !isSame(disk, file)
        else { continue }
        throw ImageCutoverError.badImage(
          what: "'\(disk.destination.path)', on which others rest, was written to after it had been proved",
          remedy: "Put back what '\(disk.source.file.path)' holds, or undo it with 'cutover rollback'.")
      }
      if isFitted { continue }
      guard let proved = history.turn?.destinations, proved.indices.contains(number),
        !now.isUntouched(since: proved[number])
      else { continue }
      // Its mode, its owner and its name may be what the dead driver gave it. Whether that is all only its contents tell,
      // held against the source; where a server had to tell those, its file may be behind them, and the times are believed.
      if now.isUnwritten(since: proved[number]), isServed || isSame(disk, file) { continue }
      return "'\(file.path)' was written to after it had been proved"
    }
    return nil
  }

  private var isServed: Bool {
    if case .nbd = history.header.options.tracking { return true }
    return false
  }

  /// Whether a new image holds what the source does: it may only have been touched.
  private func isSame(_ disk: DiskSite, _ file: OpenFile) -> Bool {
    let options = history.header.options
    let source =
      disk.source.grows
      ? DiskFace(disk.source.file, size: disk.source.status.size) : disk.source.face
    do {
      let destination = try face(of: file, disk)
      guard destination.size == options.resizeTo?.count ?? source.size else { return false }
      let verifier = ImageVerifier(
        source: source, destination: destination, windowSize: options.comparisonWindow,
        threads: options.threads)
      try verifier.verify(StepControl())
      return true
    } catch { return false }
  }

  private func face(of file: OpenFile, _ disk: DiskSite) throws -> DiskFace {
    if disk.format == .raw { return DiskFace(file, size: try file.status().size) }
    file.dropCache(0..<max(try file.status().size, 1))
    return DiskFace(
      try VirtualDisk(file, options: OpeningOptions(format: disk.format.image, parents: .refused)),
      .destination)
  }

  /// Whether somebody has put the guest back to work at the source after the destination was told to start, and what shows
  /// it.
  private func backAtSource(_ isThere: Bool) throws -> (isSo: Bool, why: String?) {
    if let truth { return (truth == .source, nil) }
    guard isThere else { return (true, nil) }
    guard let before = history.published?.map(\.source) ?? history.turn?.sources else { return (false, nil) }
    let touched = zip(site.disks, before).first { disk, before in
      !FileIdentity(disk.source.status).isUntouched(since: before)
    }
    guard let touched else { return (false, nil) }
    let source = touched.0.source.file.path
    for (disk, published) in zip(site.disks, history.published ?? []) {
      if disk.destination.isPublished, let file = disk.destination.file,
        !FileIdentity(try file.status()).isUntouched(since: published.destination)
      {
        throw ImageCutoverError.splitBrain(source: source, destination: disk.destination.path)
      }
    }
    let isWritten = !FileIdentity(touched.0.source.status).isUnwritten(since: touched.1)
    let what =
      isWritten
      ? "was written to"
      : "was changed (written to with its time set back, or given another name, mode or owner)"
    return (
      true, "'\(source)' \(what) after it had been copied and compared: what uses it there goes on there"
    )
  }
}

extension CutoverAction {
  /// The guest runs where it is to run, on either side, or is being brought there.
  fileprivate var isBehindStart: Bool {
    switch self {
    case .releaseSource, .pullRemaining, .fenceDestination, .restoreSource, .discardDestination, .finish: true
    case .prepareDestination, .copy, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .moveRemaining,
      .moveDeviceState, .resizeDestination, .verifyDestination, .startDestination:
      false
    }
  }
}
