/// An entry of a scenario's `answer:`, as it is written.
public enum ScenarioAnswer: Hashable, Sendable {
  /// Text with expressions in braces.
  case line(String)
  case table(Table)

  /// A column for each expression, a row for each variant, class, strategy or campaign.
  public struct Table: Hashable, Sendable {
    /// What the rows are: `variants`, `classes`, `strategies` or `campaigns`.
    public var of = ""
    public var columns: [Column] = []
    /// Rows of which this clause does not hold are left out.
    public var condition: String?
    /// The only rows there are to be; empty for all.
    public var only: [String] = []

    public init() {}
  }

  public struct Column: Hashable, Sendable {
    public var title: String
    public var text: String

    public init(title: String, text: String) { (self.title, self.text) = (title, text) }
  }
}
