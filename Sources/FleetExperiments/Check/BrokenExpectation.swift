/// An expectation that a new result does not meet, and what the old one made of it.
public struct BrokenExpectation: Codable, Hashable, Sendable {
  public var text: String
  /// It did not; the key is that of every verdict.
  public var held = false
  /// What it came to, in words.
  public var actual: String
  /// Whether it held before, and what it came to; `nil` where it was not asked before.
  public var heldBefore: Bool?
  public var actualBefore: String?

  enum CodingKeys: String, CodingKey {
    case text, held, actual
    case heldBefore = "held_before"
    case actualBefore = "actual_before"
  }

  init(_ verdict: ExpectationResult, among before: [ExpectationResult]) {
    (text, actual) = (verdict.text, verdict.actual)
    let old = before.first { $0.text == verdict.text }
    (heldBefore, actualBefore) = (old?.held, old?.actual)
  }

  /// Whether it may be the change that broke it.
  public var isNew: Bool { heldBefore != false }
}
