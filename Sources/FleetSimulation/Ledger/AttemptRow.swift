public import CutoverCore
public import MigrationPhysics
public import Quantities

/// One attempt, as the rows of `--attempts` show it.
public struct AttemptRow: Sendable {
  public internal(set) var replication = 0
  /// Numbered in the order of request.
  public internal(set) var move = 0
  public internal(set) var guest = 0
  public internal(set) var guestClass = 0
  public internal(set) var campaign = 0
  public internal(set) var strategy = 0
  /// 1 for the first attempt of the move.
  public internal(set) var number = 0
  public internal(set) var source = 0
  public internal(set) var target = 0
  /// The code of the end: `completed`, `timed_out`, ...
  public internal(set) var outcome = ""
  public internal(set) var accounts = CutoverAccounts()
  /// Sent by a mirror besides what the accounts hold.
  public internal(set) var forwarded = Bytes.zero
  /// All that was sent: what the accounts hold, what a mirror forwarded, and the part of a step that was called off.
  public internal(set) var traffic = Traffic()
  public internal(set) var downtimes = Downtimes()
  /// How long the guest ran slower because it was copied, or its memory followed it.
  public internal(set) var brownout = Duration.zero

  public var totalTime: Duration { (accounts.ended ?? .zero) - (accounts.began ?? .zero) }
  public var transferred: Bytes { traffic.total }
}

/// What was sent, by what it was.
public struct Traffic: Hashable, Codable, Sendable {
  /// Of the disk, in the first pass.
  public var disk = Bytes.zero
  /// Of the memory, in the first round.
  public var memory = Bytes.zero
  /// Again, because it was written meanwhile.
  public var repeated = Bytes.zero
  /// While the guest was down.
  public var outage = Bytes.zero
  /// After it had started at the destination.
  public var postcopy = Bytes.zero

  public init() {}

  public var total: Bytes { disk + memory + repeated + outage + postcopy }

  /// Adds what the accounts of an attempt hold.
  mutating func add(_ accounts: CutoverAccounts) {
    disk += accounts.diskBytes
    memory += accounts.memoryBytes
    repeated += accounts.repeatedBytes
    outage += accounts.downtimeBytes
    postcopy += accounts.postcopyBytes
  }

  /// Adds what an action had sent when it was called off.
  mutating func add(_ amount: Bytes, calledOff action: CutoverAction) {
    switch action {
    case .copy(.disk, pass: 0, _): disk += amount
    case .copy(.memory, pass: 0, _): memory += amount
    case .copy: repeated += amount
    case .pullRemaining: postcopy += amount
    case .moveRemaining, .moveDeviceState: outage += amount
    case .prepareDestination, .waitUntil, .pauseGuest, .shutDownGuest, .powerOffGuest, .resizeDestination,
      .verifyDestination, .startDestination, .releaseSource, .fenceDestination, .restoreSource,
      .discardDestination, .finish:
      preconditionFailure("\(action) sends nothing")
    }
  }
}
