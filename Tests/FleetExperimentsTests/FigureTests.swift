import Testing

@testable import FleetExperiments

@Suite struct FigureTests {
  @Test(arguments: [
    (57_012, FigureKind.count, "57,012"), (0, .count, "0"), (12.345, .count, "12.3"),
    (1_234_567.4, .count, "1,234,567"),
    (11.6e15, .bytes, "11.6 PB"), (999.6e9, .bytes, "1 TB"), (0, .bytes, "0 B"), (215e9, .bytes, "215 GB"),
    (6112 * 3600, .seconds, "6,112 h"), (3.2 * 3600, .seconds, "3.2 h"), (1800, .seconds, "30 min"),
    (46.2, .seconds, "46.2 s"), (0.25, .seconds, "250 ms"), (-7200, .seconds, "-2 h"),
    (0.983, .share, "98.3 %"),
  ])
  func totals(_ value: Double, _ kind: FigureKind, _ text: String) {
    #expect(Figure.text(value, kind) == text)
  }

  @Test(arguments: [
    (0.45, "450 ms"), (46.2, "46.2 s"), (725, "12 min 5 s"), (11_520, "3.2 h"), (441_000, "5.1 d"),
    (7.884e7, "2.5 y"),
  ])
  func spans(_ seconds: Double, _ text: String) { #expect(Figure.span(seconds) == text) }

  @Test(
    "a share is never rounded to all or nothing",
    arguments: [
      (1.0, 3.0, "33.3 %"), (3, 3, "100 %"), (0, 3, "0 %"), (9995, 10_000, "99.95 %"),
      (99_999, 100_000, "> 99.99 %"),
      (1, 100_000, "< 0.01 %"), (1, 1600, "0.063 %"),
    ])
  func shares(_ part: Double, _ whole: Double, _ text: String) {
    #expect(Figure.share(part, of: whole) == text)
  }

  @Test func aShareOfNothingIsNone() { #expect(Figure.share(1, of: 0) == nil) }

  @Test("a mean has the digits that its interval bears")
  func intervals() {
    func text(_ mean: Double, _ half: Double, _ kind: FigureKind, isSigned: Bool = false) -> String {
      var estimate = Estimate([mean])
      (estimate.low, estimate.high) = (mean - half, mean + half)
      let figure = Figure.text(estimate, kind, isSigned: isSigned)
      return "\(figure.mean) \(figure.interval ?? "")"
    }
    #expect(text(6112.3 * 3600, 14 * 3600, .seconds) == "6,112 h (6,098 to 6,126)")
    #expect(text(6112.3 * 3600, 140 * 3600, .seconds) == "6,110 h (5,970 to 6,250)")
    #expect(text(11.6234e15, 0.012e15, .bytes) == "11.623 PB (11.611 to 11.635)")
    #expect(text(0.3, 0.5, .count) == "0.3 (0.0 to 0.8)")
    #expect(text(0.3, 0.5, .count, isSigned: true) == "0.3 (-0.2 to 0.8)")
    #expect(text(0.9994, 0.001, .share) == "99.94 % (99.84 to 100.00)")
    #expect(text(57_012, 0.2, .count) == "57,012 (57,012 to 57,012)")
    #expect(text(57_012, 0, .count) == "57,012 (each time)")
    #expect(text(0, 0, .count) == "0 ")
    // Sums of the same numbers, rounded another way.
    #expect(text(189_900, 3e-9, .seconds) == "52.8 h (each time)")
    // Beside an interval in minutes, one that is narrower is in minutes as well.
    var (wide, narrow) = (Estimate([-6]), Estimate([-6]))
    (wide.low, wide.high, narrow.low, narrow.high) = (-600, 588, -66, 6)
    #expect(Figure.text(wide, .seconds, isSigned: true).interval == "(-10 to 10)")
    #expect(Figure.text(narrow, .seconds, isSigned: true, unitOf: wide).interval == "(-1.1 to 0.1)")
    // Where nothing is left of the mean, its unit is no guide.
    #expect(text(0.02, 25, .seconds, isSigned: true) == "0 s (-25 to 25)")
    #expect(text(-20, 600, .seconds, isSigned: true) == "0 min (-10 to 10)")
  }

  @Test("a mean and its half width have one unit and the same places")
  func halfWidths() {
    func text(_ mean: Double, _ half: Double, _ kind: FigureKind) -> String {
      var estimate = Estimate([mean])
      (estimate.low, estimate.high) = (mean - half, mean + half)
      return Figure.plusMinus(estimate, kind)
    }
    #expect(text(28.1 * 60, 11 * 60, .seconds) == "28 ± 11 min")
    #expect(text(2.26 * 60, 2.4 * 60, .seconds) == "2.3 ± 2.4 min")
    #expect(text(0.123, 0.012, .share) == "12.3 ± 1.2 %")
    #expect(text(120, 0, .count) == "120 ± 0")
    #expect(Figure.plusMinus(Estimate([90]), .seconds) == "90 s")
  }

  @Test("a place has the digits that its interval bears")
  func places() {
    #expect(Figure.place(43.45951, 30.02, 56.9, isWhole: false) == ("43", "30", "57"))
    #expect(Figure.place(43.45951, 43.39, 43.53, isWhole: false) == ("43.46", "43.39", "43.53"))
    #expect(Figure.place(40.4, 38.2, 42.6, isWhole: true) == ("40", "38", "43"))
  }

  @Test func oneReplicationShowsNoInterval() {
    #expect(Figure.text(Estimate([3600]), .seconds).interval == nil)
  }

  @Test func aColumnHasOneUnit() {
    #expect(
      Figure.column([3600, 7200 * 10, 60, 1, 0], .seconds) == ["1.0 h", "20.0 h", "60 s", "1 s", "0.0 h"])
  }
}
