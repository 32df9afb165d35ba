internal import FleetExperiments

/// What a report says, in the order in which it says it; how it looks is up to the renderer.
struct Document {
  enum Block {
    case title(String)
    case heading(String)
    case paragraph(String)
    /// How to read what stands above it.
    case note(String)
    case table(Table)
    case verdicts([ExpectationResult])
    /// What happened, and when.
    case timeline([(time: String, text: String)])
    /// Labels, and what is to be said of each.
    case list([(label: String, lines: [String])])
    /// A command to type, with what it does.
    case command(String, purpose: String)
  }

  private(set) var blocks: [Block] = []

  mutating func add(_ block: Block) { blocks.append(block) }

  /// A table under its heading, and how to read it; nothing at all without rows.
  ///
  /// - Parameter keepsEmptyColumns: for columns that somebody asked for, and that say so by their dashes.
  mutating func add(
    _ heading: String, _ table: Table, note: String? = nil, keepsEmptyColumns: Bool = false
  ) {
    guard !table.rows.isEmpty else { return }
    blocks += [.heading(heading), .table(keepsEmptyColumns ? table : table.withoutEmptyColumns())]
    if let note { blocks.append(.note(note)) }
  }
}
