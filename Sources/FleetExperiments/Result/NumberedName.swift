/// The name of a class as people sort it: numbers go by their value and sizes by what they hold, `512mb` before `8gb` before
/// `32gb`, and ages from the youngest on.
struct NumberedName: Comparable {
  private let text: String
  private let parts: [Part]

  /// In the order in which they come where two names differ by kind.
  private enum Part: Comparable {
    case size(Double)
    /// Digits without leading zeros: more of them are a larger number, however many there are.
    case number(length: Int, digits: String)
    case word(String)
  }

  private static let units: [Substring: Double] = ["kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12]

  init(_ text: String) {
    self.text = text
    var parts: [Part] = []
    // The youngest band of ages has no number in front, as the bands after it have.
    var rest = text.replacing(", up to ", with: ", 0 to ")[...]
    while let first = rest.first {
      let isNumber = NumberedName.isDigit(first)
      let run = rest.prefix { NumberedName.isDigit($0) == isNumber }
      rest = rest[run.endIndex...]
      guard isNumber else {
        parts.append(.word(String(run)))
        continue
      }
      let unit = rest.prefix { $0.isLetter }
      if let scale = NumberedName.units[unit], let value = Double(run) {
        parts.append(.size(value * scale))
        rest = rest[unit.endIndex...]
      } else {
        let digits = run.drop { $0 == "0" }
        parts.append(.number(length: digits.count, digits: String(digits)))
      }
    }
    self.parts = parts
  }

  static func < (a: NumberedName, b: NumberedName) -> Bool {
    for (x, y) in zip(a.parts, b.parts) where x != y { return x < y }
    // An order in which no two names are alike.
    return a.parts.count == b.parts.count ? a.text < b.text : a.parts.count < b.parts.count
  }

  static func == (a: NumberedName, b: NumberedName) -> Bool { a.text == b.text }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
