public import CutoverCore
internal import DiscreteEvent
internal import FleetModel
public import Quantities

/// What the simulator says of the cutover of one image, before it is carried out.
///
/// The same machine runs the same plan over the same physics as in a fleet, at the rates that were measured at both
/// ends. It knows nothing of what else the machine is doing, so its interval is that of rates up to half as high again,
/// and as much lower.
public struct ImagePrediction: Hashable, Codable, Sendable {
  public var seconds: Double
  public var bytes: Double
  public var pauseSeconds: Double
  /// The ends of `seconds`, should the rates be 1.5 times as high or low.
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
    public var readRate: ByteRate
    public var writeRate: ByteRate
    /// A limit while the guest runs.
    public var rateLimit: ByteRate?
    /// What the guest writes.
    public var guestWrites: ByteRate

    public init(
      allocated: Bytes, virtualSize: Bytes, readRate: ByteRate, writeRate: ByteRate, rateLimit: ByteRate?,
      guestWrites: ByteRate
    ) {
      self.allocated = allocated
      self.virtualSize = virtualSize
      self.readRate = readRate
      self.writeRate = writeRate
      self.rateLimit = rateLimit
      self.guestWrites = guestWrites
    }
  }

  /// - Throws: `PlanError` for a plan that contradicts itself.
  public init(_ plan: CutoverPlan, _ circumstances: Circumstances) throws(PlanError) {
    let expected = try ImagePrediction.run(plan, circumstances, speed: 1)
    let fast = try ImagePrediction.run(plan, circumstances, speed: 1.5)
    let slow = try ImagePrediction.run(plan, circumstances, speed: 1 / 1.5)
    seconds = expected.total
    bytes = expected.bytes
    pauseSeconds = expected.pause
    low = fast.total
    high = slow.total
    pauseLow = fast.pause
    pauseHigh = slow.pause
    outcome = expected.outcome
  }

  private static func run(
    _ plan: CutoverPlan, _ given: Circumstances, speed: Double
  ) throws(PlanError) -> (total: Double, pause: Double, bytes: Double, outcome: String) {
    let read = ByteRate(bytesPerSecond: given.readRate.bytesPerSecond * speed)
    let write = ByteRate(bytesPerSecond: given.writeRate.bytesPerSecond * speed)
    // Read and written by the same threads, one after the other.
    var rate = ByteRate(bytesPerSecond: 1 / (1 / read.bytesPerSecond + 1 / write.bytesPerSecond))
    if let limit = given.rateLimit { rate = min(rate, limit) }
    var mechanics = Mechanics()
    (mechanics.housekeeping, mechanics.resize) = (.zero, .zero)
    (mechanics.pause, mechanics.resume) = (.zero, .zero)
    mechanics.findChanges = read.time(for: Bytes(given.allocated.count * 2))
    mechanics.verify = read.time(for: Bytes(given.allocated.count * 2))
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
    var solo = try SoloMigration(unmirrored, physics, rate: rate)
    solo.run(from: .zero)
    let accounts = solo.machine.accounts
    return (
      (accounts.ended ?? .zero).seconds, (accounts.downtime ?? .zero).seconds,
      accounts.transferred.value, solo.machine.outcome?.code ?? ""
    )
  }
}
