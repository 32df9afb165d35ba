/// A chart of a page: a Vega-Lite specification, the data that it shows, and what to see in it.
struct Chart {
  /// In links, and of the file that its data are saved as.
  var id: String
  var title: String
  /// What it says, in a sentence with figures: for whoever cannot see it, and for whoever can.
  var summary: String
  /// Of what its figures are.
  var note = ""
  /// How to read the drawing and what can be done with it, said where there is one.
  var howToRead = ""
  /// Without `data`, which the page adds.
  var spec: [String: PlotValue]
  var data: ChartData
  /// Whether its rows have a `time` by which a window chosen elsewhere narrows it down.
  var followsWindow = false
  /// Whether a window of time can be chosen in it.
  var choosesWindow = false
}

/// Rows and columns of a chart: what it draws, what its table shows, and what can be saved of it.
struct ChartData {
  struct Column {
    /// In the specification and in the saved file, with its unit.
    var name: String
    /// Over the table.
    var title: String
    var isNumber: Bool

    static func text(_ name: String, _ title: String) -> Column {
      Column(name: name, title: title, isNumber: false)
    }
    static func number(_ name: String, _ title: String) -> Column {
      Column(name: name, title: title, isNumber: true)
    }
  }

  var columns: [Column]
  private(set) var rows: [[PlotValue]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: [PlotValue]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells)
  }

  /// As the page's script takes it: names once, and rows.
  var json: PlotValue {
    [
      "columns": .list(columns.map { .text($0.name) }),
      "rows": .list(rows.map { .list($0) }),
    ]
  }

  /// The first rows of it.
  func table(atMost most: Int) -> Table {
    var table = Table(columns.map { $0.isNumber ? .number($0.title) : .text($0.title) })
    for row in rows.prefix(most) { table.add(row.map(ChartData.cell)) }
    return table
  }

  private static func cell(_ value: PlotValue) -> String {
    switch value {
    case .text(let text): text
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : rounded(number)
    case .flag(let flag): flag ? "yes" : "no"
    case .null, .list, .object: "–"
    }
  }

  /// Four significant digits: what a chart shows, no more.
  private static func rounded(_ number: Double) -> String {
    guard number != 0 else { return "0" }
    let places = min(max(0, 3 - log10(abs(number)).rounded(.down)), 12)
    let scale = pow(10, places)
    let rounded = (number * scale).rounded() / scale
    return "\(rounded.isFinite ? rounded : number)"
  }
}

#if canImport(Glibc)
  private import Glibc
#endif
