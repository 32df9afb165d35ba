internal import ArgumentParser
internal import FleetExperiments
internal import RunStore

/// A whole number on the command line, within bounds that are told to whoever goes beyond them.
struct WholeNumber {
  let range: ClosedRange<Int>

  init(_ range: ClosedRange<Int>) { self.range = range }

  /// How many threads and replications there may be.
  static let threads = WholeNumber(1...1024)
  static let replications = WholeNumber(1...RunManifest.mostReplications)
  /// Which of something, the first being 0.
  static let index = WholeNumber(0...1_000_000)

  /// A seed of all chance: any number that 64 bits hold.
  @Sendable static func seed(_ text: String) throws -> UInt64 {
    if let value = UInt64(text) { return value }
    throw ValidationError("a whole number from 0 to \(UInt64.max) is wanted")
  }

  /// For the `transform` of an option, which is to be parsed unconditionally: a number below zero is a wrong number, and
  /// no option of its own.
  @Sendable func read(_ text: String) throws -> Int {
    if let value = Int(text), range.contains(value) { return value }
    throw ValidationError(
      "a whole number from \(words(range.lowerBound)) to \(words(range.upperBound)) is wanted")
  }

  private func words(_ number: Int) -> String { Figure.decimal(Double(number), 0) }
}
