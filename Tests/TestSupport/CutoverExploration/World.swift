import CutoverCore
import Quantities

/// All that is true outside the machine: two hosts, one guest, and who holds which of its data.
///
/// Amounts are left out. Of a part that has to travel, the world knows only whether the destination lacks anything
/// of it (`behind`); a single write at the source makes it lack all parts again. That is enough for the laws, which
/// speak of "every byte" and never of how many.
struct World: Hashable {
  enum Host: UInt8 {
    case alive
    /// Dead, and nobody has told the machine.
    case silent
    /// Dead, and the machine knows.
    case gone
  }

  /// The guest at the source.
  enum Guest: UInt8 { case running, paused, down }

  /// What has to be at the destination before the guest is whole there.
  struct Parts: OptionSet, Hashable {
    var rawValue: UInt8
    static let disk = Parts(rawValue: 1)
    static let memory = Parts(rawValue: 2)
    static let devices = Parts(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }
    init(_ medium: Medium) { self = medium == .disk ? .disk : .memory }
  }

  var source = Host.alive
  var destination = Host.alive
  var guest = Guest.running
  /// The guest runs at the destination.
  var runsThere = false
  /// It has run there, if only for a moment.
  var hasRunThere = false
  /// The destination was told to start it, and has not been fenced since: it may run there, now or later.
  var mayRunThere = false
  /// The machine was told that it runs there.
  var wasHandedOver = false
  /// What the destination lacks of what the source has.
  var behind: Parts
  /// The destination was proved good, and nothing has changed since.
  var isVerified = false
  /// There is something at the destination that would be litter after a failure.
  var hasCopy = false
  var wasCleared = false
  /// The source has given up its data.
  var isReleased = false
  /// The guest was told to stop and did not in time; it may still do so.
  var mayStillStop = false
  /// The guest broke down by itself after the machine had brought it to safety: not the machine's affair.
  var isExcused = false
  /// The driver has died and come back.
  var hasReturned = false

  init(_ plan: CutoverPlan) { behind = World.parts(of: plan) }

  /// Everything that travels under this plan.
  static func parts(of plan: CutoverPlan) -> Parts {
    // A guest that stays where it is keeps what runs of it.
    var parts: Parts = plan.carriesRunningState && !plan.staysOnHost ? [.devices] : []
    for medium in plan.media { parts.insert(Parts(medium)) }
    return parts
  }

  /// The world in 20 bits, for a fast table of those that were seen.
  var packed: UInt64 {
    var bits = UInt64(behind.rawValue) | UInt64(source.rawValue) << 3 | UInt64(destination.rawValue) << 5
    bits |= UInt64(guest.rawValue) << 7
    if runsThere { bits |= 1 << 9 }
    if hasRunThere { bits |= 1 << 10 }
    if mayRunThere { bits |= 1 << 11 }
    if wasHandedOver { bits |= 1 << 12 }
    if isVerified { bits |= 1 << 13 }
    if hasCopy { bits |= 1 << 14 }
    if wasCleared { bits |= 1 << 15 }
    if isReleased { bits |= 1 << 16 }
    if mayStillStop { bits |= 1 << 17 }
    if isExcused { bits |= 1 << 18 }
    if hasReturned { bits |= 1 << 19 }
    return bits
  }
}

extension World: CustomStringConvertible {
  var description: String {
    var words = ["source \(source)", "destination \(destination)", "guest \(guest) at the source"]
    if runsThere { words.append("running at the destination") }
    if mayRunThere && !runsThere { words.append("may run at the destination") }
    if !behind.isEmpty { words.append("destination behind by \(behind.rawValue)") }
    if isVerified { words.append("verified") }
    if isReleased { words.append("source released") }
    return words.joined(separator: ", ")
  }
}
