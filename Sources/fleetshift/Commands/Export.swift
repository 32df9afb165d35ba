internal import ArgumentParser
internal import FleetExperiments
internal import RunStore

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives the tables of a kept run to other programs.",
    discussion: """
      The folder is one of `run --out` or of a sweep. SQLite gets all tables; CSV and JSON lines get one. Attempts, \
      moves, hosts and links are known of runs with --record attempts.

        fleetshift export DIR --to sqlite -o run.db
        fleetshift export DIR --to csv --table metrics -o metrics.csv
        fleetshift export --schema
      """)

  @Argument(help: "The folder of the run.", completion: .directory)
  var folder: String?

  @Option(help: "sqlite, csv or jsonl.")
  var to: Kind?

  @Option(
    name: [.short, .customLong("output")],
    help: "Where to; CSV and JSON lines: standard output if it is not said.",
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("For csv and jsonl: \(RunExport.tables.joined(separator: ", ")).", valueName: "name"))
  var table = "metrics"

  @Flag(help: "Print the tables with all their columns, and stop.")
  var schema = false

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case sqlite, csv, jsonl

    func content(of table: String) -> OutputContent {
      switch self {
      case .sqlite: .index
      case .csv: .csv(of: table)
      case .jsonl: .jsonLines(of: table)
      }
    }
  }

  func validate() throws {
    guard !schema else { return }
    if folder == nil { throw ValidationError("Missing expected argument '<folder>'") }
    if to == nil { throw ValidationError("Missing expected argument '--to <to>': sqlite, csv or jsonl") }
    if to == .sqlite, output == nil { throw ValidationError("--to sqlite needs a file: -o run.db") }
    if !RunExport.tables.contains(table) {
      throw ValidationError(
        "There is no table '\(table)': \(Spelling.remedy(for: table, among: RunExport.tables)).")
    }
  }

  func run() throws {
    guard !schema, let path = folder, let kind = to else {
      return try Streams.output(IndexTable.reference(width: Streams.listWidth))
    }
    let place = try output.map { try OutputPlace($0, kind.content(of: table), reading: [path]) }
    if let place, kind == .sqlite, place.kind != .file {
      throw place.failed("it is there already, and is no file, which SQLite needs")
    }
    let folder = try RunFolders.open(path)
    let index = Interruption(removing: [RunIndex.partial(in: folder)])
    defer { withExtendedLifetime(index) {} }
    let file = try place.map { try OutputFile($0) }
    try RunFolders.orExit {
      if let place, let partial = file?.partial, kind == .sqlite {
        try RunIndex.fill(partial, called: place.name, with: folder)
      } else {
        try RunExport.write(table, of: folder, as: kind == .jsonl ? .jsonLines : .csv) { text in
          if let file { try file.put(text) } else { try Streams.output(text) }
        }
      }
    }
    try file?.publish()
  }
}
