public import CutoverCore
public import Quantities

/// Hosts are emptied, worked on, and taken back into service: upgrades, reboots, decommissions, exits, evacuations.
public struct HostDrains: Hashable, Sendable {
  public var order = DrainOrder.everyHost
  /// Hosts of this site only.
  public var site: String?
  /// Which of these.
  public var hosts = HostSelection()
  /// From the start of the simulation.
  public var start = Duration.zero
  /// With `everyHost`: the hosts' turns are spread evenly up to here; `nil`: each as soon as it may be.
  public var end: Duration?
  /// With `everyHost`: hosts have their turns by waves.
  public var waves: Waves?
  /// With `everyHost`: those that started empty come first; else they come last.
  public var sparesFirst = false
  /// Hosts that may be out of service at once.
  public var maxUnavailable = 1
  /// How long an empty host is worked on.
  public var work = Duration.minutes(30)
  /// The kernel and hypervisor version it comes back with.
  public var kernel: KernelVersion?
  /// The date of the microcode package it comes back with, as eight figures.
  public var microcode: Int?
  public var after = AfterDrain.comeBack
  /// A drain that is not done by then gives up; what is left stays.
  public var giveUpAfter = Duration.days(30)
  /// Guests are not asked to leave: they are down while their host is worked on, and boot with it.
  public var isInPlace = false
  /// From the start on, none of the campaign's hosts takes guests in.
  public var cordons = false
  /// Where guests go; `nil`: they stay in their site.
  public var targetSite: String?
  public var returnHome: ReturnHome?
  public var emergency: Emergency?

  public init() {}
}

public enum DrainOrder: Hashable, Sendable {
  /// Each host once.
  case everyHost
  /// Hosts chosen by chance, at any time alike, so many per second.
  case atRandom(perSecond: Double)
}

/// What becomes of a host that has been emptied and worked on.
public enum AfterDrain: String, Hashable, Sendable, CaseIterable {
  case comeBack = "come-back"
  /// It does not come back.
  case retire
}

/// Guests that had to leave a host go back to it.
public struct ReturnHome: Hashable, Sendable {
  public var when = Moment.atEnd

  public enum Moment: String, Hashable, Sendable, CaseIterable {
    /// As soon as the host is back (Proxmox's maintenance mode).
    case hostBack = "host-back"
    /// When all hosts are done, the last one's guests first: those before it have made room by then
    /// (xen-orchestra#10295).
    case atEnd = "at-end"
    /// When all hosts are done, the first one's guests first.
    case atEndInOrder = "at-end-in-order"
  }

  public init(_ when: Moment) { self.when = when }
}
