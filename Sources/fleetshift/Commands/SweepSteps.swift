internal import ArgumentParser
internal import FleetExperiments
internal import Foundation
internal import RunStore

struct SweepPlan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Fixes points, replications and seed in a folder, and simulates nothing.")

  @Argument(help: ScenarioOptions.scenarioHelp, completion: ScenarioOptions.scenarioFiles)
  var scenario: String

  @OptionGroup var sweep: SweepOptions

  @Option(name: .shortAndLong, help: "The folder.", completion: .directory)
  var out: String

  func run() throws {
    if sweep.over.isEmpty {
      throw Streams.refusal("nothing is varied", "say what, such as --over 'limits.host-out=1,2,4'")
    }
    try ResultFolder.check(forRun: out, reading: [scenario])
    let manifest = try sweep.manifest(scenario)
    _ = try RunFolders.orExit { try RunFolder(creating: out, manifest, replacesFinished: false) }
    try Streams.output(
      "\(out): \(Figure.counted(manifest.points.count, "point")) x "
        + "\(Figure.counted(manifest.replications, "replication")), in \(Figure.counted(manifest.shards, "shard"))\n"
    )
  }
}

struct SweepRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Simulates what is missing of a sweep on this machine, and reports.",
    discussion: "Interrupted or killed, it goes on where it was when it is started again.")

  @Argument(help: "The folder of the sweep.", completion: .directory)
  var folder: String

  @Option(
    parsing: .unconditional,
    help: "Threads to simulate on; they do not change the result (default: one a core).",
    transform: WholeNumber.threads.read)
  var threads: Int?

  @OptionGroup var watch: ProgressOptions

  @Option(help: "How to print the result: text, json, markdown or csv.")
  var format = SweepFormat.text

  func run() async throws {
    let folder = try RunFolders.openSweep(folder)
    try await RunFolders.runSweep(folder, threads: threads, watch.progress)
    try RunFolders.mergeSweep(folder, metrics: [], format)
  }
}

struct SweepShard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shard", abstract: "Simulates one shard of a sweep: what a task of a cluster does.",
    discussion: """
      Without --index it is what \(ShardIndex.variables.joined(separator: ", ")) says. A shard that is there already is \
      not done again, and one that was begun goes on. Any --of will do, and shards of several cuts fit together. Ends \
      with 0 when the shard is there, with 3, 74 or 75 or by a signal where another try may help, and with 5 or 64 to 66 \
      where none does.
      """)

  @Argument(help: "The folder of the sweep.", completion: .directory)
  var folder: String

  @Option(parsing: .unconditional, help: "Which shard, from 0.")
  var index: Int?

  @Option(parsing: .unconditional, help: "Out of how many (default: as planned or submitted).")
  var of: Int?

  @OptionGroup var watch: ProgressOptions

  func run() async throws {
    let folder = try RunFolders.openSweep(folder)
    let count = of ?? folder.shardsInUse
    guard (1...folder.manifest.units).contains(count) else {
      throw Streams.refusal("there are no \(count) shards", "--of takes 1 to \(folder.manifest.units)")
    }
    let found = try RunFolders.orExit { try ShardIndex.read(ProcessInfo.processInfo.environment) }
    guard let index = index ?? found else {
      throw Streams.refusal(
        "nothing says which shard",
        "say --index, or run it as a task of a scheduler that sets "
          + ShardIndex.variables.joined(separator: ", "))
    }
    guard (0..<count).contains(index) else {
      throw Streams.refusal("there is no shard \(index)", "with \(count) shards they are 0 to \(count - 1)")
    }
    try await RunFolders.run(
      [folder.manifest.shard(index, of: count)], of: folder, threads: 1, watch.progress,
      resume: "fleetshift sweep shard \(folder.path) --index \(index) --of \(count)")
  }
}

struct SweepStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Says how far a sweep is; ends with 3 while shards are missing.")

  @Argument(help: "The folder of the sweep.", completion: .directory)
  var folder: String

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let folder = try RunFolders.openSweep(folder)
    let count = folder.shardsInUse
    let missing = folder.missing(of: count)
    let (done, units) = (folder.unitsDone, folder.manifest.units)
    if json {
      try Streams.output(
        #"{ "schema": "fleetshift.status/1", "shards": \#(count), "missing": \#(missing), "replications": \#(units), "#
          + #""replications_done": \#(done) }"# + "\n")
    } else {
      let rest = missing.isEmpty ? "" : "; missing: \(ShardIndex.expression(missing))"
      try Streams.output(
        "\(count - missing.count) of \(Figure.counted(count, "shard")), \(done) of "
          + "\(Figure.counted(units, "replication")) \(units == 1 ? "is" : "are") there\(rest)\n")
    }
    if !missing.isEmpty { throw ExitStatus.incomplete.exit }
  }
}

struct SweepMissing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "missing",
    abstract: "Prints the shards that are missing as schedulers write them, such as 3,7-9.",
    discussion:
      "Nothing is printed when all are there:  sbatch --array=$(fleetshift sweep missing DIR) DIR/slurm/array.sh"
  )

  @Argument(help: "The folder of the sweep.", completion: .directory)
  var folder: String

  @Option(parsing: .unconditional, help: "Out of how many shards (default: as planned or submitted).")
  var of: Int?

  func run() throws {
    let folder = try RunFolders.openSweep(folder)
    let count = of ?? folder.shardsInUse
    guard (1...folder.manifest.units).contains(count) else {
      throw Streams.refusal("there are no \(count) shards", "--of takes 1 to \(folder.manifest.units)")
    }
    let missing = folder.missing(of: count)
    if !missing.isEmpty { try Streams.output(ShardIndex.expression(missing) + "\n") }
  }
}

struct SweepMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Adds up the shards of a sweep, writes its reports into its folder, and prints one.",
    discussion: "Ends with 3 while shards are missing.")

  @Argument(help: "The folder of the sweep.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp("What is shown of each point, instead of what the plan says.", valueName: "expression")
  )
  var metric: [String] = []

  @Option(help: "How to print the result: text, json, markdown or csv.")
  var format = SweepFormat.text

  func run() throws {
    try RunFolders.mergeSweep(try RunFolders.openSweep(folder), metrics: metric, format)
  }
}
