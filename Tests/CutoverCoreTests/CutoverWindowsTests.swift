import CutoverCore
import Quantities
import Testing

@Suite struct CutoverWindowsTests {
  /// Tuesdays 22:00 to Wednesdays 06:00, and Sundays from 20:00 on, over the end of the week.
  private static let nights = CutoverWindows(
    weekly: [
      .init(from: .days(1) + .hours(22), length: .hours(8)),
      .init(from: .days(6) + .hours(20), length: .hours(8)),
    ], blackouts: [.init(from: .zero + .days(8), until: .zero + .days(9) + .hours(3))],
    until: .zero + .days(30))

  private static func at(_ days: Int64, _ hours: Int64 = 0) -> Instant { .zero + .days(days) + .hours(hours) }

  @Test func `inside a window the time is now`() {
    #expect(Self.nights.opening(from: Self.at(1, 22)) == Self.at(1, 22))
    #expect(Self.nights.opening(from: Self.at(2, 5)) == Self.at(2, 5))
  }

  @Test func `its end is outside, and the next one is waited for`() {
    #expect(Self.nights.opening(from: Self.at(2, 6)) == Self.at(6, 20))
    #expect(Self.nights.opening(from: Self.at(0)) == Self.at(0), "Sunday's window goes on into Monday")
    #expect(Self.nights.opening(from: Self.at(0, 4)) == Self.at(1, 22))
  }

  @Test func `a blackout closes the part of a window that it covers`() {
    #expect(Self.nights.opening(from: Self.at(8, 22)) == Self.at(9, 3))
    #expect(Self.nights.opening(from: Self.at(9, 4)) == Self.at(9, 4))
  }

  @Test func `after the last date there is none`() {
    #expect(Self.nights.opening(from: Self.at(30)) == nil)
    #expect(Self.nights.opening(from: Self.at(29, 23)) == Self.at(29, 23))
    var short = Self.nights
    short.until = Self.at(6)
    #expect(short.opening(from: Self.at(3)) == nil, "Sunday comes after it")
    let never = CutoverWindows(weekly: [.init(from: .zero, length: .zero)], until: .zero + .days(30))
    #expect(never.opening(from: .zero) == nil)
  }

  @Test func `a whole week is always open, but for its blackouts`() {
    let always = CutoverWindows(
      weekly: [.init(from: .hours(5), length: .days(7))],
      blackouts: [.init(from: .zero + .days(1), until: .zero + .days(2))], until: .zero + .days(30))
    #expect(always.opening(from: .zero + .hours(3)) == .zero + .hours(3))
    #expect(always.opening(from: .zero + .hours(30)) == .zero + .days(2))
  }

  @Test(arguments: 0..<200)
  func `whatever it says lies inside, and nothing earlier does`(hours: Int64) {
    let from = Instant.zero + .hours(hours)
    guard let opening = Self.nights.opening(from: from) else { return }
    #expect(opening >= from && Self.nights.opening(from: opening) == opening)
    for hour in stride(from: hours, to: Int64((opening - Instant.zero).seconds / 3600), by: 1) {
      #expect(Self.nights.opening(from: .zero + .hours(hour)) == opening)
    }
  }
}
