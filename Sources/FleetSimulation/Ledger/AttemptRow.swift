public import CutoverCore
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
  public internal(set) var downtimes = Downtimes()

  public var totalTime: Duration { (accounts.ended ?? .zero) - (accounts.began ?? .zero) }
  public var transferred: Bytes { accounts.transferred + forwarded }
}
