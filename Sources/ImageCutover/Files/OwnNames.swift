/// What our files beside an image are called: its name, and one of these behind it.
package enum OwnNames {
  /// In all of them.
  package static let mark = ".fleetshift-"
  package static let journal = mark + "journal"
  /// Of an image in the making.
  package static let partial = mark + "partial"
  package static let rehearsal = mark + "rehearsal"
  static let probe = mark + "probe"

  /// What the longest adds to an image's name, in bytes.
  static let longest = [journal, partial, rehearsal, probe].map(\.utf8.count).max() ?? 0
}
