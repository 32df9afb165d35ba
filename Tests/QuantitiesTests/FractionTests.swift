import Quantities
import TestTools
import Testing

@Suite struct FractionTests {
  @Test(
    arguments: [
      ("60 %", 0.6), ("60%", 0.6), ("0.6", 0.6), ("0", 0), ("1", 1), ("100 %", 1), ("0.1 %", 0.001),
      ("12.5%", 0.125),
      ("1e-3", 0.001),
    ] as [(String, Double)])
  func `reads percentages and plain numbers`(text: String, value: Double) throws {
    #expect(try Fraction(parsing: text).value == value)
  }

  @Test(arguments: [
    ("60", "is more than 100 %", "write 60 % if percent are meant"),
    ("101 %", "is more than 100 %", "write at most 100 %"),
    ("6000", "is more than 100 %", "write at most 100 %"),
    ("0.6 x", "has the unknown unit 'x'", "write a percentage with %, or a plain number"),
    ("-1 %", "is negative", "write a fraction, such as 60 % or 0.6"),
    ("nan", "is not a number that can be counted with", "write a fraction, such as 60 % or 0.6"),
  ])
  func `refuses what is not a part of a whole`(text: String, fault: String, hint: String) {
    #expect(throws: QuantityError("'\(text)' \(fault)", hint: hint)) { try Fraction(parsing: text) }
  }

  @Test func `a ratio may exceed the whole where the caller allows it`() throws {
    #expect(try Fraction(parsing: "150 %", upTo: 2).value == 1.5)
    #expect(throws: QuantityError("'2.5' is more than 200 %", hint: "write 2.5 % if percent are meant")) {
      try Fraction(parsing: "2.5", upTo: 2)
    }
  }

  @Test func `prints as a percentage and parses back exactly`() throws {
    #expect(Fraction(0.6).description == "60 %")
    #expect(Fraction(1.0 / 3).description == "33.3 %")
    #expect(Fraction.zero < .one)
    var random = Seeded(4)
    for _ in 0..<4000 {
      let fraction = Fraction(Double.random(in: 0...1, using: &random))
      #expect(try Fraction(parsing: fraction.exactDescription) == fraction)
    }
  }
}

@Suite struct EventRateTests {
  @Test(
    arguments: [
      ("80 / d", 80 / 86_400.0), ("80/d", 80 / 86_400.0), ("0.5 / h", 0.5 / 3600), ("3 / s", 3),
      ("2 / ms", 2000),
      ("0 / y", 0), ("1 / ns", 1e9),
    ] as [(String, Double)])
  func `reads counts per time`(text: String, perSecond: Double) throws {
    #expect(try EventRate(parsing: text).perSecond == perSecond)
  }

  @Test(arguments: [
    ("80", "does not say per what time", "write a slash and a unit of time, such as 80 / d"),
    ("80 d", "does not say per what time", "write a slash and a unit of time, such as 80 / d"),
    ("80 / day", "has the unit in the wrong spelling", "write d"),
    ("80 /", "has no unit", "write one of ns, us, ms, s, min, h, d, w, y (365 d)"),
    ("1e308 / ns", "is too large", "write a rate that can happen"),
    ("/ d", "does not begin with a number", "write a rate of events, such as 80 / d"),
  ])
  func `refuses what is not a rate of events`(text: String, fault: String, hint: String) {
    #expect(throws: QuantityError("'\(text)' \(fault)", hint: hint)) { try EventRate(parsing: text) }
  }

  @Test(arguments: [
    ("80 / d", "80 / d"), ("3 / s", "3 / s"), ("60 / min", "1 / s"), ("0 / s", "0 / s"),
    ("0.5 / h", "12 / d"),
    ("2.5 / s", "150 / min"), ("0.001 / y", "0.001 / y"), ("3.14159 / s", "3.14 / s"),
  ])
  func `prints per a time that suits it`(text: String, short: String) throws {
    #expect(try EventRate(parsing: text).description == short)
  }

  @Test func `the exact form parses back`() throws {
    var random = Seeded(5)
    for _ in 0..<4000 {
      let rate = EventRate(perSecond: random.positiveDouble())
      #expect(try EventRate(parsing: rate.exactDescription) == rate)
    }
    #expect(EventRate(80, per: .days(1)) > .zero)
  }
}
