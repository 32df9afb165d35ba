public import CutoverCore
internal import DiscreteEvent
internal import FleetModel
public import Quantities

/// What the simulator says of the cutover of one image, before it is carried out.
///
/// The same machine runs the same plan over the same physics as in a fleet, at the rates that were measured at both
/// ends. Its interval is that of rates as much higher and lower as they were seen to vary.
public struct ImagePrediction: Hashable, Codable, Sendable {
  public var seconds: Double
  public var bytes: Double
  public var pauseSeconds: Double
  /// The ends of `seconds`: nine cutovers of ten are to lie between them.
  public var low: Double
  public var high: Double
  /// The ends of `pauseSeconds`.
  public var pauseLow: Double
  public var pauseHigh: Double
  /// What the new images take on their disk, tables and all; `nil`: nobody has counted.
  public var allocatedBytes: Double?
  /// What the cutover is expected to come to.
  public var outcome: String

  enum CodingKeys: String, CodingKey {
    case seconds, bytes, low, high, outcome
    case allocatedBytes = "allocated_bytes"
    case pauseSeconds = "pause_seconds"
    case pauseLow = "pause_low"
    case pauseHigh = "pause_high"
  }

  /// The circumstances of a cutover.
  public struct Circumstances: Sendable {
    public var allocated: Bytes
    public var virtualSize: Bytes
    /// Data per second that is copied, durably.
    public var copyRate: ByteRate
    /// Data per second that is looked at again for what has changed.
    public var scanRate: ByteRate
    /// Data per second that is compared at the end; `nil`: none is.
    public var compareRate: ByteRate?
    /// How far these can be trusted: the standard deviation of the parts of what was measured, over their mean.
    public var spread: Double
    /// A limit while the guest runs.
    public var rateLimit: ByteRate?
    /// What the guest writes.
    public var guestWrites: ByteRate
    /// What a pass takes besides its bytes: to get under way, and its last flush.
    public var passTime = Duration.zero
    /// What one durable line in the journal takes, such as each step leaves.
    public var noteTime = Duration.zero

    public init(
      allocated: Bytes, virtualSize: Bytes, copyRate: ByteRate, scanRate: ByteRate, compareRate: ByteRate?,
      spread: Double, rateLimit: ByteRate?, guestWrites: ByteRate
    ) {
      self.allocated = allocated
      self.virtualSize = virtualSize
      self.copyRate = copyRate
      self.scanRate = scanRate
      self.compareRate = compareRate
      self.spread = spread
      self.rateLimit = rateLimit
      self.guestWrites = guestWrites
    }
  }

  /// - Throws: `PlanError` for a plan that contradicts itself.
  public init(_ plan: CutoverPlan, _ circumstances: Circumstances) throws(PlanError) {
    let expected = try ImagePrediction.run(plan, circumstances, speed: 1)
    let factor = ImagePrediction.factor(circumstances.spread)
    let fast = try ImagePrediction.run(plan, circumstances, speed: factor)
    let slow = try ImagePrediction.run(plan, circumstances, speed: 1 / factor)
    seconds = expected.total
    bytes = expected.bytes
    pauseSeconds = expected.pause
    low = fast.total
    high = slow.total
    pauseLow = fast.pause
    pauseHigh = slow.pause
    outcome = expected.outcome
  }

  /// What rates may be off by, nine times of ten: how far the probe's four parts differed, and that a disk seconds later
  /// is not the disk that was probed, times the 95th percentile of Student's t with three degrees of freedom (2.353). It
  /// is their deviation, not that of their mean: what slows a disk down lasts longer than a part. See
  /// `Reports/images/predictions.md`.
  private static func factor(_ spread: Double) -> Double {
    1 + 2.353 * (spread * spread + drift * drift).squareRoot()
  }

  /// By how much the rates of a disk that others use differ between two looks a few seconds apart.
  private static let drift = 0.1

  /// What is flushed for the journal, the new file and its directory until the first pass begins, and what to give
  /// the image its name, as `strace` shows it.
  private static let (notesOfPreparing, notesOfPublishing) = (5, 4)

  private static func run(
    _ plan: CutoverPlan, _ given: Circumstances, speed: Double
  ) throws(PlanError) -> (total: Double, pause: Double, bytes: Double, outcome: String) {
    func at(_ rate: ByteRate) -> ByteRate { ByteRate(bytesPerSecond: rate.bytesPerSecond * speed) }
    let rate = at(given.copyRate)
    var rates = SoloRates(all: given.rateLimit.map { min(rate, $0) } ?? rate)
    rates.diskInOutage = rate
    var mechanics = Mechanics()
    let (pass, note) = (given.passTime * (1 / speed), given.noteTime * (1 / speed))
    (mechanics.housekeeping, mechanics.resize) = (note, note)
    (mechanics.pause, mechanics.resume) = (note, .zero)
    mechanics.findChanges = at(given.scanRate).time(for: given.allocated) + note
    mechanics.verify = (given.compareRate.map { at($0).time(for: given.allocated) } ?? .zero) + note * 2
    // Where nothing is copied before the pause, the first pass is in it.
    let isCold = plan.replication.isEmpty
    if isCold { mechanics.verify = mechanics.verify + pass }
    let prepare = note * Double(Self.notesOfPreparing) + (isCold ? .zero : pass)
    mechanics.prepare = (try? .constant(prepare.seconds)) ?? .zero
    mechanics.rebootOverhead = (try? .constant(note.seconds * Double(Self.notesOfPublishing))) ?? .zero
    let guest = Guest(
      group: 0, flavor: 0, host: 0, bootCPU: 0, kernel: nil, born: .zero, memory: .zero,
      diskVirtual: given.virtualSize, diskFill: .thin(initial: given.allocated, fillTime: .max),
      diskWrites: DirtyModel(rate: given.guestWrites, workingSet: given.allocated), memoryUsed: .zero,
      memoryWrites: DirtyModel(rate: .zero, workingSet: .zero), ignoresShutdown: false, forbidsLive: false)
    let luck = AttemptLuck(mechanics, GuestGroup()) { RandomStream(StreamKey(seed: 0, purpose: $0)) }
    let physics = AttemptPhysics(guest, luck, PhysicsConstants(mechanics), kernelRisk: nil)
    var unmirrored = plan
    // Files have no mirror that forwards writes: what was written since the last pass moves in the outage.
    for index in unmirrored.replication.indices { unmirrored.replication[index].staysInStep = false }
    // A scan cannot see what remains after its first pass, so that a rule about the rest asks for a second.
    var secondLook = Duration.zero
    if case .remaining(let most)? = plan.replication.first?.convergence.target, given.allocated > most {
      secondLook = mechanics.findChanges
    }
    var solo = try SoloMigration(unmirrored, physics, rates: rates)
    solo.run(from: .zero)
    let accounts = solo.machine.accounts
    return (
      (accounts.ended ?? .zero).seconds + secondLook.seconds, (accounts.downtime ?? .zero).seconds,
      accounts.transferred.value, solo.machine.outcome?.code ?? ""
    )
  }
}
