/// An answer with its figures: a line, or a table.
public struct AnswerResult: Codable, Hashable, Sendable {
  public var text: String?
  /// Of the expressions in the line, in their order: times in seconds, data in bytes, shares from 0 to 1.
  public var values: [Double?]?
  public var table: Table?

  public struct Table: Codable, Hashable, Sendable {
    /// What the rows are: a variant, a class, a strategy, a campaign.
    public var of: String
    public var columns: [String]
    public var rows: [Row]
  }

  public struct Row: Codable, Hashable, Sendable {
    public var name: String
    public var values: [Double?]
    public var texts: [String]
  }

  init(text: String, values: [Double?]?) { (self.text, self.values) = (text, values) }
  init(table: Table) { self.table = table }
}
