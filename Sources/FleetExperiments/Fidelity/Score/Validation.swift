/// Predictions of a whole dataset held against what was measured.
public struct Validation: Sendable {
  /// The predictions of one profile, or of one profile per row, and how they did.
  public struct Part: Sendable {
    public let rows: [ScoredMigration]
    public let score: ValidationScore

    public init(_ rows: [ScoredMigration]) {
      self.rows = rows
      score = ValidationScore(rows)
    }
  }

  /// As the user named it.
  public let dataset: String
  public let profile: String
  /// With the profile as it is.
  public let given: Part
  /// With each group of rows predicted by a profile fitted on all the others; nil unless asked for.
  public let crossValidated: Part?
  /// What is left out together there.
  public let leftOut: CrossValidation.Group

  public init(
    dataset: String, profile: String, given: Part, crossValidated: Part? = nil,
    leftOut: CrossValidation.Group = .configuration
  ) {
    self.leftOut = leftOut
    self.dataset = dataset
    self.profile = profile
    self.given = given
    self.crossValidated = crossValidated
  }
}
