internal import Quantities

/// A point of virtual time as planners read it: days since the start, and the time of day.
enum Moment {
  /// `12 d 03:14:05`; the first day is `0 d`.
  static func text(_ instant: Instant) -> String {
    let second = Int64(instant.seconds.rounded(.down))
    let (days, rest) = second.quotientAndRemainder(dividingBy: 86_400)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days) d \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
  }
}
