extension Table {
  private static let gap = "  "
  /// A first column may be cut down to this many characters to make room.
  private static let shortestLabel = 20

  /// How many columns may tell the rows apart.
  private static let mostKeys = 5

  /// The lines of the table, none wider than the style allows. Columns for which there is no room come below, with the
  /// first ones again, as many as it takes to tell the rows apart.
  func textLines(_ style: TerminalStyle) -> [String] {
    guard !columns.isEmpty else { return [] }
    let widths = columns.indices.map(width)
    let keys = keyColumns(widths, style.width)
    let others = keys.dropFirst().reduce(0) { $0 + Table.gap.count + widths[$1] }
    let label = labelWidth(widths, style.width, keys: keys.count)
    var lines: [String] = []
    var pending = Array(columns.indices.dropFirst(keys.count))
    repeat {
      var (band, used) = (Array(keys), label + others)
      while let next = pending.first,
        used + Table.gap.count + room(for: next, widths, in: style.width - label - others) <= style.width
          || band.count == keys.count
      {
        used += Table.gap.count + widths[next]
        band.append(pending.removeFirst())
      }
      if !lines.isEmpty { lines.append("") }
      lines += self.lines(of: band, [label] + band.dropFirst().map { widths[$0] }, style)
    } while !pending.isEmpty
    return lines
  }

  /// The first columns by which no two rows are alike, if they leave room for any other; else the first alone.
  private func keyColumns(_ widths: [Int], _ limit: Int) -> Range<Int> {
    for count in 1...min(Table.mostKeys, columns.count)
    where Set(rows.map { Array($0[..<count]) }).count == rows.count {
      let label = min(widths[0], shortestLabel(keys: count, atMost: min(widths[0], limit)))
      let keys = widths[1..<count].reduce(label) { $0 + Table.gap.count + $1 }
      let widest = widths[count...].max() ?? 0
      return 0..<(keys + Table.gap.count + widest <= limit ? count : 1)
    }
    return 0..<1
  }

  /// How far the first column may be cut: as far as names can still be told, if not beyond what there is room for.
  private func shortestLabel(keys: Int, atMost most: Int) -> Int {
    let full = Set(rows.map { Array($0[..<keys]) }).count
    var width = Table.shortestLabel
    while width < most,
      Set(rows.map { [Table.shortened($0[0], to: width)] + $0[1..<keys] }).count < full
    {
      width += 1
    }
    return width
  }

  /// What a column takes; the first of a group that has room in a band of its own takes it for the whole group, so that
  /// its name is read whole.
  private func room(for column: Int, _ widths: [Int], in limit: Int) -> Int {
    guard let group = columns[column].group, columns[column - 1].group != group else { return widths[column] }
    let whole = columns.indices[column...].prefix { columns[$0].group == group }.map { widths[$0] }
    let total = whole.reduce(0, +) + (whole.count - 1) * Table.gap.count
    return total + Table.gap.count <= limit ? total : widths[column]
  }

  /// As wide as it likes where all fits; else what the others leave, as long as names can still be told.
  private func labelWidth(_ widths: [Int], _ limit: Int, keys: Int) -> Int {
    let others = widths.dropFirst().reduce(0) { $0 + Table.gap.count + $1 }
    let most = max(shortestLabel(keys: keys, atMost: min(widths[0], limit)), limit - others)
    let otherKeys = widths[1..<keys].reduce(0) { $0 + Table.gap.count + $1 }
    let widestOther = widths.dropFirst(keys).max().map { $0 + Table.gap.count } ?? 0
    return min(widths[0], most, max(1, limit - otherKeys - widestOther))
  }

  private func width(_ column: Int) -> Int {
    let cells = rows.map { $0[column].count }.max() ?? 0
    var width = max(cells, showsTitles ? columns[column].title.count : 0)
    // The first column of a group makes room for the group's name.
    if showsTitles, let group = columns[column].group,
      column == columns.firstIndex(where: { $0.group == group })
    {
      let count = columns.count { $0.group == group }
      width = max(width, (group.count + 4) / count + 1)
    }
    return width
  }

  private func lines(of band: [Int], _ widths: [Int], _ style: TerminalStyle) -> [String] {
    func line(_ cells: [String]) -> String {
      let padded = zip(band, cells).enumerated().map { place, part in
        Table.pad(Table.shortened(part.1, to: widths[place]), widths[place], columns[part.0].alignment)
      }
      return Table.trimmed(padded.joined(separator: Table.gap))
    }
    var lines: [String] = []
    if showsTitles {
      if band.contains(where: { columns[$0].group != nil }) {
        lines.append(style.paint(groupLine(band, widths), .faint))
      }
      lines.append(style.paint(line(band.map { columns[$0].title }), .faint))
    }
    return lines + rows.map { row in line(band.map { row[$0] }) }
  }

  /// `── total time ──` over the columns of each group.
  private func groupLine(_ band: [Int], _ widths: [Int]) -> String {
    var (line, place) = ("", 0)
    while place < band.count {
      var (span, end) = (widths[place], place + 1)
      let group = columns[band[place]].group
      while group != nil, end < band.count, columns[band[end]].group == group {
        span += Table.gap.count + widths[end]
        end += 1
      }
      // A band may hold too little of a group for its whole name.
      let rule = group.map { $0.count + 2 > span ? Table.shortened($0, to: span) : " \($0) " } ?? ""
      let dashes = group == nil ? " " : "─"
      let left = max(0, span - rule.count) / 2
      line += String(repeating: dashes, count: left) + rule
      line += String(repeating: dashes, count: max(0, span - rule.count - left))
      line += Table.gap
      place = end
    }
    return Table.trimmed(line)
  }

  // MARK: - Cells

  static func pad(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return alignment == .left ? text + space : space + text
  }

  /// Cut in the middle: names of classes differ at both ends.
  static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    guard width > 1 else { return "…" }
    let tail = (width - 1) / 2
    return text.prefix(width - 1 - tail) + "…" + text.suffix(tail)
  }

  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
