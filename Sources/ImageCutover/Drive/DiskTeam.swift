internal import CutoverCore
internal import ImageFiles
internal import Quantities

/// The disks of a guest, and what the steps that take long mean for all of them: side by side where that is of use (see
/// `DiskLanes`).
struct DiskTeam: Sendable {
  let disks: [DiskWork]
  private let lanes: DiskLanes
  private let options: ImageCutoverOptions
  private let journal: CutoverJournal
  private let clock: CutoverClock

  init(
    _ site: CutoverSite, _ options: ImageCutoverOptions, _ journal: CutoverJournal, _ clock: CutoverClock,
    after history: JournalHistory?
  ) {
    lanes = DiskLanes(site.disks.map(\.route), atOnce: options.disksAtOnce ?? 1)
    let share = MemoryShare(
      sharers: lanes.atOnce, hasTables: site.disks.contains { $0.source.format != .raw || $0.format != .raw })
    disks = site.disks.enumerated().map { DiskWork($0, $1, options, share, after: history) }
    self.options = options
    self.journal = journal
    self.clock = clock
  }

  private var amounts: [Bytes] { disks.map { Bytes($0.source.allocated) } }

  /// What a pass has to know.
  struct Order: Sendable {
    var pass: Int
    /// Below which offset each disk is durable already, of this very pass; `nil`: nobody has begun it.
    var startingAt: [Int64]?
    var limit: TokenBucket?
    /// Nobody writes any more.
    var isLast = false
  }

  /// A pass over all disks: what it came to, and what remains of all of them.
  func pass(_ order: Order, _ control: StepControl) throws -> (sum: PassTally, remaining: Bytes) {
    let pace = CheckpointPace()
    let (journal, clock, disks) = (journal, clock, disks)
    let tallies = try lanes.run(amounts, control) { number, control in
      let disk = disks[number]
      let tally = try disk.pass(
        DiskWork.Order(
          pass: order.pass, startingAt: order.startingAt?[number], limit: order.limit, isLast: order.isLast,
          pace: pace,
          checkpoint: { try journal.append(.checkpoint($0, clock: clock.stamp)) },
          remember: { try journal.append(.tracker($0, disk: number, pass: order.pass)) }), control)
      if disks.count > 1 { disk.rest() }
      // All of it is flushed, and the others are at work yet. One with tables has said so.
      if disks.count > 1, !order.isLast, disk.format == .raw {
        let whole = CopyCheckpoint(pass: order.pass, durableUpTo: disk.size, disk: number)
        try journal.append(.checkpoint(whole, clock: clock.stamp))
      }
      return tally
    }
    let ended = tallies.count > 1 ? monotonicNow() : tallies[0].ended
    var sum = PassTally(
      began: tallies.map(\.began).min() ?? ended, ended: ended, isShared: tallies.allSatisfy(\.isShared))
    var remaining = Bytes.zero
    for (disk, tally) in zip(disks, tallies) {
      sum.examined = sum.examined + tally.examined
      sum.written = sum.written + tally.written
      sum.punched = sum.punched + tally.punched
      // Until the last of them was done with, the guest has written to all.
      remaining = remaining + disk.remaining(after: tally, at: ended)
    }
    return (sum, remaining)
  }

  /// Makes whole images of all, and proves them as far as `verification` says.
  func verify(
    as verification: ImageCutoverOptions.Verification, into manifest: ManifestFile?, _ chains: KeptChains,
    _ control: StepControl
  ) throws {
    let (disks, options) = (disks, options)
    // The parts of a manifest follow each other as the disks do, whichever is proved first.
    let parts = try lanes.lanes.count > 1 ? manifest.map { try $0.parts(disks.count) } : nil
    _ = try lanes.run(amounts, control) { number, control in
      let disk = disks[number]
      let size = options.resizeTo?.count ?? disk.size
      if chains.chains.contains(parent: number) { try disk.checkUntouched() }
      let isOfChain = chains.chains.contains(file: number)
      let witness =
        try isOfChain
        ? nil : manifest?.disk(named: disk.destination.path, size: size, apart: parts?[number])
      try disk.verify(
        as: isOfChain && manifest != nil ? .whole : verification, size: size, witness: witness, control)
      try witness?.end()
    }
    for part in parts ?? [] { try manifest?.join(part) }
  }
}
