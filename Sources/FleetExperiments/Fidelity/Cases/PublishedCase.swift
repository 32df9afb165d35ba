/// A migration, or a set of them, that somebody measured and published.
public struct PublishedCase: Sendable {
  /// How much of what a model needs is given.
  public enum Quality: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// All inputs.
    case all = "A"
    /// Some must be assumed.
    case some = "B"
    /// Only aggregates.
    case aggregates = "C"
  }

  public var id: String
  public var group: String
  public var source: String
  public var quality: Quality
  /// Where it stands in its file.
  public var line: Int
  /// What was known beforehand.
  public var inputs: CaseValue
  /// What was measured; read to score, never to predict.
  public var outputs: CaseValue
  /// Further runs on the same rig, each set with inputs and outputs of its own.
  public var heldOut: CaseValue

  public init(
    id: String, group: String, source: String, quality: Quality, line: Int, inputs: CaseValue,
    outputs: CaseValue, heldOut: CaseValue = .empty
  ) {
    self.id = id
    self.group = group
    self.source = source
    self.quality = quality
    self.line = line
    self.inputs = inputs
    self.outputs = outputs
    self.heldOut = heldOut
  }
}
