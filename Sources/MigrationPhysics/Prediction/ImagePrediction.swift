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
  /// What the cutover is expected to come to.
  public var outcome: String

  enum CodingKeys: String, CodingKey {
    case seconds, bytes, low, high, outcome
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
    /// How much these were seen to vary within seconds: standard deviation over mean.
    public var spread: Double
    /// A limit while the guest runs.
    public var rateLimit: ByteRate?
    /// What the guest writes.
    public var guestWrites: ByteRate

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

  /// What rates may be off by, nine times of ten: the spread of a few seconds' parts about their mean, times the 95th
  /// percentile of Student's t with four degrees of freedom (2.13), and that their mean is uncertain too. Two looks at
  /// the same idle disk differ by some per cent even where the parts of one do not.
  private static func factor(_ spread: Double) -> Double {
    1 + 2.13 * max(spread, 0.04) * (1 + 1.0 / 5).squareRoot()
  }

  private static func run(
    _ plan: CutoverPlan, _ given: Circumstances, speed: Double
  ) throws(PlanError) -> (total: Double, pause: Double, bytes: Double, outcome: String) {
    func at(_ rate: ByteRate) -> ByteRate { ByteRate(bytesPerSecond: rate.bytesPerSecond * speed) }
    var rate = at(given.copyRate)
    if let limit = given.rateLimit { rate = min(rate, limit) }
    var mechanics = Mechanics()
    (mechanics.housekeeping, mechanics.resize) = (.zero, .zero)
    (mechanics.pause, mechanics.resume) = (.zero, .zero)
    mechanics.findChanges = at(given.scanRate).time(for: given.allocated)
    mechanics.verify = given.compareRate.map { at($0).time(for: given.allocated) } ?? .zero
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
    var solo = try SoloMigration(unmirrored, physics, rate: rate)
    solo.run(from: .zero)
    let accounts = solo.machine.accounts
    return (
      (accounts.ended ?? .zero).seconds + secondLook.seconds, (accounts.downtime ?? .zero).seconds,
      accounts.transferred.value, solo.machine.outcome?.code ?? ""
    )
  }
}
