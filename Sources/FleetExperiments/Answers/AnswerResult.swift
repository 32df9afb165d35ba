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

extension AnswerResult.Table {
  /// - Throws: `DecodingError`, also for a row that has not a cell for each column.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    of = try values.decode(String.self, forKey: .of)
    columns = try values.decode([String].self, forKey: .columns)
    rows = try values.decode([AnswerResult.Row].self, forKey: .rows)
    let (count, name) = (columns.count, of)
    if let row = rows.first(where: { $0.texts.count != count || $0.values.count != count }) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath + [CodingKeys.rows],
          debugDescription: "the \(name) '\(row.name)' does not have each of the \(count) columns once"))
    }
  }
}
