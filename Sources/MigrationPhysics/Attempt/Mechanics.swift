public import DiscreteEvent
internal import FleetModel
public import Quantities

/// What migrations cost besides copying. Every figure is an input of the scenario; times are in seconds where a
/// distribution gives them.
public struct Mechanics: Hashable, Sendable {
  /// Control plane and set-up, before anything is copied.
  public var prepare = Distribution.zero
  /// The most that one migration copies, whatever the links: one stream's encryption, one disk's queue. Bytes per
  /// second; zero for no such limit.
  public var streamRate = Distribution.zero
  /// Work inside the outage of a guest that boots: detach, attach, coalesce, plumb.
  public var rebootOverhead = Distribution.zero
  /// Added to a hypervisor's pause until clients reach the guest again (OSIC saw 1 to 7.5 s).
  public var networkGap = Distribution.zero
  /// To freeze a guest, and to let it go on.
  public var pause = Duration.milliseconds(10)
  public var resume = Duration.milliseconds(20)
  /// CPU and device state, sent in the pause.
  public var deviceState = Bytes.mebibytes(1)
  /// Looking at pages that are zero, per GiB of them. 0.309 s: fitted on the 1 GbE sweep of the validation cases.
  public var zeroPageScan = Duration.milliseconds(309)
  /// To give a disk another size.
  public var resize = Duration.seconds(5)
  /// To make certain that the destination is whole.
  public var verify = Duration.zero
  /// To find out what changed, in each pass after the first and in the outage. Zero: the writes are noted as they
  /// happen (a dirty bitmap); a scan that compares both sides takes its time.
  public var findChanges = Duration.zero
  /// How far a mirror lags behind the guest's writes.
  public var mirrorLag = Duration.seconds(1)
  /// To pull a guest's plug, and to release, fence or clear up one side.
  public var housekeeping = Duration.seconds(1)
  /// Sigma of the lognormal noise on what a window of time dirties.
  public var dirtyNoise = 0.0

  public init() {}
}
