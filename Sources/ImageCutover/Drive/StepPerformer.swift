internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// What each action of the machine means for the images of a guest: every step is done for all of its disks before it is
/// answered, what takes long side by side (`DiskTeam`), and none of them gets its name before all are proved.
final class StepPerformer: Sendable {
  let guest: any GuestControl

  private let team: DiskTeam
  private let options: ImageCutoverOptions
  private let limit: TokenBucket?
  private let journal: CutoverJournal
  private let manifest: ManifestFile?
  private let chains: KeptChains
  private let notes: Monitor<Notes>

  /// What was proved last, and what it was like.
  private struct Proof {
    var sources, destinations: [FileIdentity]?
    var parents: [ProvedParent]?
  }

  private struct Notes {
    var passes: [ImageCutoverReport.Pass] = []
    var isVerified = false
    /// How far the pass is durable that another driver has begun, disk by disk; `nil` for a driver that has never died.
    var resumesAt: [Int64]?
    var isResumed = false
    var proof = Proof()
    /// The guest may have been told to start at the destination.
    var mayBeStarted = false
  }

  init(
    _ site: CutoverSite, _ guest: any GuestControl, _ options: ImageCutoverOptions, _ journal: CutoverJournal,
    _ clock: CutoverClock, after history: JournalHistory?
  ) {
    self.guest = guest
    self.options = options
    self.journal = journal
    team = DiskTeam(site, options, journal, clock, after: history)
    manifest = site.manifest
    chains = site.chains
    limit = options.rateLimit.map { TokenBucket($0, now: monotonicNow()) }
    var notes = Notes()
    if let history {
      notes.isResumed = true
      notes.passes = history.turn?.passes ?? []
      notes.isVerified = history.turn?.isVerified ?? false
      notes.proof = Proof(
        sources: history.turn?.sources, destinations: history.turn?.destinations,
        parents: history.turn?.parents)
      notes.mayBeStarted = history.published != nil
      notes.resumesAt = history.durablePlaces
    }
    self.notes = Monitor(notes)
  }

  private var disks: [DiskWork] { team.disks }

  var provedSources: [FileIdentity]? { notes.withLock { $0.proof.sources } }
  var provedDestinations: [FileIdentity]? { notes.withLock { $0.proof.destinations } }
  var provedParents: [ProvedParent]? { notes.withLock { $0.proof.parents } }
  var passes: [ImageCutoverReport.Pass] { notes.withLock { $0.passes } }
  var isVerified: Bool { notes.withLock { $0.isVerified } }

  /// Returns the answer to the action, or throws why it cannot be done.
  func perform(_ action: CutoverAction, _ control: StepControl) throws -> CutoverEvent {
    switch action {
    case .prepareDestination:
      for disk in disks {
        try control.checkAbandoned()
        try journal.append(.made(disk.prepare(), disk: disk.number))
      }
      try checkPlaces()
      return .prepared
    case .copy(.disk, _, let throttle):
      guest.slow(by: throttle)
      let copied = try copy(control)
      try checkPlaces()
      return copied
    case .waitUntil(let time):
      try control.sleep(until: time)
      try checkPlaces()
      return .timeReached
    case .pauseGuest:
      try guest.pause()
      return .guestStopped
    case .shutDownGuest:
      try guest.shutDown()
      return try guestIsDown()
    case .powerOffGuest:
      try guest.powerOff()
      return try guestIsDown()
    case .moveRemaining(.disk): return try moveRemaining(control)
    case .resizeDestination(let size):
      for disk in disks { try disk.resize(to: size.count) }
      return .resized
    case .verifyDestination:
      let before = try disks.map { try FileIdentity(settled: $0.source.file) }
      try verify(control)
      let made = try disks.map { try FileIdentity(settled: $0.preparedFile()) }
      let proof = Proof(sources: before, destinations: made, parents: chains.provedParents)
      notes.withLock { $0.proof = proof }
      return .verified
    case .startDestination(let method):
      try start(method, control)
      return .started
    case .releaseSource:
      // The source images stay where they are: whether to remove them is for people to decide.
      return .released
    case .fenceDestination:
      do { guard try isKeptFromRunning() else { return .started } } catch {
        throw StepFailure(.guest, "\(error)")
      }
      try onAll { disk throws(FileFault) in try disk.destination.withdraw() }
      return .fenced
    case .restoreSource(let method):
      guest.slow(by: 0)
      for disk in disks { ImageLock(file: disk.source.file).release() }
      try guest.restore(method)
      return .restored
    case .discardDestination:
      guest.slow(by: 0)
      try onAll { disk throws(FileFault) in try disk.destination.discard() }
      manifest?.discard()
      return .discarded
    case .copy(.memory, _, _), .moveRemaining(.memory), .moveDeviceState, .pullRemaining:
      throw StepFailure(.source, "an image has no memory to move")
    case .finish: preconditionFailure("the driver ends at 'finish' and performs nothing")
    }
  }

  /// Brings everything back by force, after a mistake of ours.
  func undo(after job: StepJob?) {
    job?.control.abandon()
    job?.waitUntilEnded()
    guard (try? isKeptFromRunning()) == true else { return }
    try? guest.restore(.boot)
    for disk in disks {
      try? disk.destination.withdraw()
      try? disk.destination.discard()
    }
    manifest?.discard()
  }

  /// Whether the guest certainly does not run at the destination, and will not. Whom nobody has told to start does not;
  /// whoever knows guests need not be asked.
  private func isKeptFromRunning() throws -> Bool {
    try !notes.withLock { $0.mayBeStarted } || guest.fence()
  }

  /// Does it for every disk, whatever becomes of the others; throws what went wrong first.
  private func onAll(_ body: (DiskWork) throws(FileFault) -> Void) throws(FileFault) {
    var first: FileFault?
    for disk in disks {
      do { try body(disk) } catch { first = first ?? error }
    }
    if let first { throw first }
  }

  /// What would keep the guest from its new images is to be known before it is stopped.
  private func checkPlaces() throws { for disk in disks { try disk.destination.checkPlace() } }

  // MARK: - Start

  private func start(_ method: StartMethod, _ control: StepControl) throws {
    try control.checkAbandoned()
    for disk in disks {
      let file = try disk.preparedFile()
      if let newSize = options.resizeTo, newSize.count != disk.source.virtualSize,
        !disk.destination.isPublished
      {
        // It fits the file system to the new size: nothing that could still be compared with the source.
        ImageLock(file: file).release()
        do { try guest.resized(to: newSize, at: absolutePath(file.path)) } catch {
          throw StepFailure(.guest, "\(error)")
        }
      }
    }
    try chains.prove(options, control)
    if !notes.withLock({ $0.mayBeStarted }), let proved = provedSources {
      for (disk, before) in zip(disks, proved) { try disk.checkSource(since: before) }
    }
    try manifest?.publish()
    for disk in inOrderOfPublication { try disk.destination.publish(like: disk.source.status) }
    for disk in disks { try disk.destination.checkName() }
    try chains.checkNames(disks)
    try journal.append(
      .published(
        try disks.map {
          try PublishedDisk(
            source: FileIdentity(settled: $0.source.file),
            destination: FileIdentity(settled: $0.preparedFile()))
        }))
    try control.checkAbandoned()
    notes.withLock { $0.mayBeStarted = true }
    // The guest's own program is to have them now.
    for disk in disks { ImageLock(file: try disk.preparedFile()).release() }
    do { try guest.start(method, at: disks[0].destination.path) } catch {
      throw StepFailure(.guest, "\(error)")
    }
  }

  /// Parents are behind all that rest on them: nobody sees an image whose parents are not there.
  private var inOrderOfPublication: [DiskWork] { disks.reversed() }

  /// Holds whoever says that the guest is down to it: nobody has an image open for writing any more.
  private func guestIsDown() throws -> CutoverEvent {
    // A server that is read from keeps it open, and serves a guest that is down.
    if case .nbd = options.tracking { return .guestStopped }
    guard options.sourceInUse else { return .guestStopped }
    for disk in disks where try !ImageLock(file: disk.source.file).denyWriting() {
      throw StepFailure(.guest, "the guest is said to be down, but a program still has its image open")
    }
    return .guestStopped
  }

  // MARK: - Copying

  private func copy(_ control: StepControl) throws -> CutoverEvent {
    let resumesAt = notes.withLock { notes in
      defer { notes.resumesAt = nil }
      return notes.resumesAt
    }
    let tally = try team.pass(
      .init(pass: passes.count, startingAt: resumesAt, limit: limit), control)
    try control.checkAbandoned()
    var remaining = tally.remaining
    // Nobody watched what was written while the driver was dead.
    if resumesAt != nil && !tally.sum.isShared {
      remaining = max(remaining, Bytes(disks.reduce(0) { $0 + $1.source.allocated }))
    }
    note(tally.sum, remaining: remaining)
    return .copied(
      CopyReport(
        transferred: tally.sum.written, remaining: remaining, bandwidth: pace(tally.sum, remaining)))
  }

  private func moveRemaining(_ control: StepControl) throws -> CutoverEvent {
    let tally = try team.pass(.init(pass: passes.count, isLast: true), control).sum
    note(tally, remaining: nil)
    return .moved(tally.written)
  }

  /// The rate that the final move may count on. That move looks at everything again, however little it finds, so the
  /// rate at which the rest goes is the one that makes it last as long as this pass.
  private func pace(_ tally: PassTally, _ remaining: Bytes) -> ByteRate {
    let amount = remaining > .zero ? remaining : max(tally.examined, Bytes(1))
    return ByteRate(bytesPerSecond: amount.value / max(tally.time.seconds, 1e-6))
  }

  private func note(_ tally: PassTally, remaining: Bytes?) {
    let pass = ImageCutoverReport.Pass(
      inOutage: remaining == nil, bytes: tally.written.count, punched: tally.punched.count,
      examined: tally.isShared ? 0 : tally.examined.count, seconds: tally.time.seconds,
      remaining: remaining?.count)
    notes.withLock { $0.passes.append(pass) }
  }

  // MARK: - Proof

  private func verify(_ control: StepControl) throws {
    // What another driver has written was read back by nobody that we know of.
    let isResumed = notes.withLock { $0.isResumed }
    let verification = options.verification == .written && isResumed ? .whole : options.verification
    if let manifest {
      try manifest.begin()
      try journal.append(.manifest(path: manifest.path))
    }
    try team.verify(as: verification, into: manifest, chains, control)
    try chains.verify(disks, options, manifest, control)
    try manifest?.end()
    notes.withLock { $0.isVerified = options.verification != .none || manifest != nil }
  }
}
