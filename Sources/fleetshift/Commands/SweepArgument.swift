internal import ArgumentParser

/// `dirty-rate=10..160 MiB/s/16`: what is varied, from where to where, in how many steps.
struct SweepArgument {
  let key: String
  let values: [Double]
  /// What follows each number.
  let unit: String

  private static let mostSteps = 1_000

  init(_ text: String) throws {
    let example = "such as 'dirty-rate=10..160 MiB/s/16'"
    guard let sign = text.firstIndex(of: "="), let dots = text.firstRange(of: ".."), sign < dots.lowerBound
    else { throw ValidationError("--sweep: expected KEY=A..B[/N], \(example), found '\(text)'") }
    key = String(text[..<sign])
    var upper = String(text[dots.upperBound...])
    var steps = 10
    if let slash = upper.lastIndex(of: "/"), let count = Int(upper[upper.index(after: slash)...]) {
      steps = count
      upper = String(upper[..<slash])
    }
    guard (1...SweepArgument.mostSteps).contains(steps) else {
      throw ValidationError("--sweep: from 1 to \(SweepArgument.mostSteps) steps, found \(steps)")
    }
    let from = SweepArgument.split(String(text[text.index(after: sign)..<dots.lowerBound]))
    let to = SweepArgument.split(upper)
    guard let first = from.number, let last = to.number, first != last else {
      throw ValidationError(
        "--sweep: expected two different numbers around '..', \(example), found '\(text)'")
    }
    guard from.unit.isEmpty || from.unit == to.unit else {
      throw ValidationError("--sweep: '\(from.unit)' and '\(to.unit)' differ; write both values in one unit")
    }
    unit = to.unit
    values = (0...steps).map { first + (last - first) * Double($0) / Double(steps) }
  }

  /// A value as it would be written.
  func text(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    let isWhole = rounded == rounded.rounded() && abs(rounded) < 1e15
    let number = isWhole ? String(Int(rounded)) : "\(rounded)"
    return unit.isEmpty ? number : number + " " + unit
  }

  private static func split(_ text: String) -> (number: Double?, unit: String) {
    let trimmed = text.drop { $0 == " " }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    var unit = trimmed.dropFirst(digits.count).drop { $0 == " " }
    while unit.last == " " { unit = unit.dropLast() }
    return (Double(digits), String(unit))
  }
}
