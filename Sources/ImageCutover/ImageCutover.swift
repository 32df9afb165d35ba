public import CutoverCore
internal import ImageFiles
internal import MigrationStrategies
internal import Quantities
internal import SystemPackage

/// Moves a guest's disk images to another place as one cutover: the same machine, strategies and rules as in the
/// simulator, on real files.
///
/// ```swift
/// let cutover = ImageCutover(source: "/old/disk.raw", destination: "/new/disk.raw", strategy: Warm())
/// let report = try cutover.run { progress in print(progress.phase, progress.done) }
/// print(report.outcome, report.measured.pauseSeconds as Any)
/// ```
///
/// What it holds to:
/// - The source is opened for reading only; only a rehearsal, if asked for, writes to it.
/// - A destination bears its name only when it has been compared with the source, whole, after the guest has
///   stopped, and is on the disk; of several disks, when all have. Nothing is ever overwritten.
/// - Any failure before that removes what was made and lets the guest go on at the source.
/// - Holes stay holes, and what becomes a hole under way becomes one at the destination.
///
/// It survives its own death: all that it knows is in the journal beside the destination, from which an
/// `InterruptedCutover` goes on.
public struct ImageCutover: Sendable {
  /// The guest's disks: stopped together, proved together, and started on together or not at all.
  public var disks: [ImageMove]
  public var strategy: any MigrationStrategy
  public var options: ImageCutoverOptions
  /// Who uses the image; `nil`: nobody, or the rehearsal that the options ask for.
  public var guest: (any GuestControl)?

  /// Kept in the journal for whoever resumes it; the cutover itself does not read it.
  public var note = ""

  var files: any FileAccess = LinuxFiles()

  public init(
    source: String, destination: String, strategy: any MigrationStrategy,
    options: ImageCutoverOptions = ImageCutoverOptions(), guest: (any GuestControl)? = nil
  ) {
    self.init([ImageMove(source: source, destination: destination)], strategy: strategy, options: options)
    self.guest = guest
  }

  public init(
    _ disks: [ImageMove], strategy: any MigrationStrategy,
    options: ImageCutoverOptions = ImageCutoverOptions()
  ) {
    self.disks = disks
    self.strategy = strategy
    self.options = options
  }

  /// Of the first disk; the journal is beside this destination, and beside the others what leads to it.
  public var source: String { disks.first?.source ?? "" }
  public var destination: String { disks.first?.destination ?? "" }

  /// Looks whether it could be carried out now; makes nothing.
  public func check() throws(ImageCutoverError) { _ = try CutoverSite(of: self) }

  /// Carries it out, and returns when it is over, whichever way. It blocks the calling thread, on which `progress` is
  /// called too.
  ///
  /// - Throws: An `ImageCutoverError`, before anything is made; what goes wrong later is in the report.
  public func run(
    cancellation: CancellationFlag = CancellationFlag(),
    progress: (ImageCutoverProgress) -> Void = { _ in }
  ) throws(ImageCutoverError) -> ImageCutoverReport {
    let site = try CutoverSite(of: self)
    let guest = try chosenGuest(site)
    try site.chains.prove(wasBegun: false, options, cancellation, progress)
    let clock = CutoverClock()
    try site.clearAway()
    let journal = try makeJournal(site, clock)
    do { try guest.attach() } catch {
      try? journal.remove()
      throw .guest("the guest cannot be taken over: \(error)")
    }
    let driver = CutoverDriver(site, guest, options, cancellation, journal, clock)
    let report: ImageCutoverReport
    do { report = try driver.run([.begin], progress) } catch {
      guest.detach()
      throw error
    }
    if !report.isSuspended { guest.detach() }
    return report
  }

  private func makeJournal(_ site: CutoverSite, _ clock: CutoverClock) throws(ImageCutoverError)
    -> CutoverJournal
  {
    do {
      var header = JournalHeader(
        seed: UInt64.random(in: 1 ... .max), disks: site.disks.map(\.known), strategy: strategy.name,
        options: options, machine: site.machine, note: note, clock: clock.stamp)
      try header.add(site.chains)
      let pointers = site.disks.dropFirst().map {
        JournalPointer(
          $0.name, in: $0.directory, path: $0.destination.path,
          to: absolutePath(site.disks[0].destination.path))
      }
      return try CutoverJournal.create(
        for: site.name, in: site.directory, path: destination, header, pointers: pointers)
    } catch let fault as FileFault where fault.cause == .errno(.fileExists) {
      // It was not there a moment ago.
      throw .destinationBusy(path: destination)
    } catch { throw .fileFault("\(error)") }
  }

  /// Whom the options say that there is: somebody with hooks, or nobody.
  ///
  /// - Parameter moves: With absolute paths, and all formats told.
  static func guest(_ options: ImageCutoverOptions, _ moves: [ImageMove], strategy: String)
    -> any GuestControl
  {
    if let rehearsal = options.rehearsal {
      let guests = moves.map { move -> any GuestControl in
        guard let program = rehearsal.program else { return RehearsalGuest(move, options: rehearsal) }
        return RehearsalProcess(move, options: rehearsal, program: program)
      }
      return guests.count == 1 ? guests[0] : GuestOnDisks(Array(zip(guests, moves.map(\.destination))))
    }
    guard let hooks = options.hooks, !hooks.isEmpty else { return GuestAtRest() }
    return HookedGuest(hooks, disks: moves, strategy: strategy)
  }

  private func chosenGuest(_ site: CutoverSite) throws(ImageCutoverError) -> any GuestControl {
    if options.rehearsal != nil, guest != nil {
      throw .badOptions("a rehearsal is for an image that no guest uses")
    }
    return guest
      ?? Self.guest(
        options, site.chains.chains.moves(of: site.disks.map(\.known)), strategy: strategy.name)
  }
}
