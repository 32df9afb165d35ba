internal import ArgumentParser
internal import FleetReports
internal import MigrationPhysics
internal import ScenarioFormat

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts one migration: time, data, rounds, downtimes, and whether it completes.",
    discussion: """
      The migration comes from a small YAML file, from options, or from both; an option replaces what the file says. \
      What the options below do not name is set by --set KEY=VALUE; --keys lists every key.

        fleetshift predict --memory '8 GiB' --workload '3 GiB' --dirty-rate '60 MiB/s' --working-set '1 GiB' \\
          --link '1 Gbit/s' --sweep 'dirty-rate=10..160 MiB/s/16'
      """)

  @Argument(
    help: "A YAML file with the keys that --keys lists.", completion: .file(extensions: ["yaml", "yml"]))
  var migration: String?

  @Option(help: "live-ram, live-disk, warm, cold or reboot.") var kind: String?
  @Option(help: "What the guest was given, such as '8 GiB'.") var memory: String?
  @Option(help: "What its programs hold.") var workload: String?
  @Option(help: "uniform, sweep or hot.") var pattern: String?
  @Option(help: "Memory written, such as '60 MiB/s'.") var dirtyRate: String?
  @Option(help: "Memory that is written at all.") var workingSet: String?
  @Option(help: "What the network lets through, such as '10 Gbit/s'.") var link: String?
  @Option(help: "The hypervisor's own limit.") var maxBandwidth: String?
  @Option(help: "The pause that ends the rounds, such as '300 ms'.") var downtimeLimit: String?
  @Option(help: "When it is called off.") var timeout: String?
  @Option(help: "The size of its disk.") var disk: String?
  @Option(help: "What of the disk holds data.") var allocated: String?
  @Option(help: "Written to the disk, such as '8 MiB/s'.") var diskWrites: String?
  @Option(help: "The part of the disk that is written.") var diskWorkingSet: String?
  @Option(help: "How long the guest takes to boot.") var boot: String?
  @Option(name: .customLong("set"), help: ArgumentHelp("Any key.", valueName: "key=value"))
  var settings: [String] = []
  @Flag(help: "Lists the keys with their defaults, and ends.") var keys = false

  @OptionGroup var rig: ProfileOptions
  @Option(
    parsing: .unconditional, help: "Courses with chance; more make intervals smoother.",
    transform: WholeNumber(1...100_000).read)
  var samples = 400
  @Option(parsing: .unconditional, help: "All chance comes from it.", transform: WholeNumber.seed)
  var seed: UInt64 = 1
  @Option(
    help: ArgumentHelp(
      "A curve instead: a key from one value to another, in n steps (default 10).", valueName: "key=a..b[/n]")
  )
  var sweep: String?
  @Option(help: "text or json.") var format = PredictFormat.text

  enum PredictFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func run() throws {
    if keys { return try listKeys() }
    let profile = try rig.read()
    let given = try given()
    guard migration != nil || sweep != nil || !given.isEmpty else {
      throw ValidationError(
        "Say which migration: a YAML file, or options such as --memory '8 GiB' --dirty-rate '60 MiB/s'.")
    }
    if let sweep { return try run(try SweepArgument(sweep), given, profile) }
    let (migration, file) = try read(given)
    let forecast = try migration.forecast(under: profile, samples: samples, seed: seed)
    switch format {
    case .text:
      try Streams.output(
        ForecastReport.text(
          forecast, of: migration, under: profile, remarks: silence(of: migration, file),
          style: Streams.style))
    case .json: try Streams.output(try ForecastReport.json(forecast, under: profile))
    }
  }

  private func run(_ argument: SweepArgument, _ given: [MigrationFile.Setting], _ profile: RigProfile) throws
  {
    let curve = try ForecastSweep(argument.values) { value throws(any Error) in
      let (migration, _) = try read(
        given + [MigrationFile.Setting(argument.key, argument.text(value), place: "--sweep " + argument.key)])
      return try migration.forecast(under: profile, samples: samples, seed: seed)
    }
    switch format {
    case .text:
      try Streams.output(
        SweepReport.text(curve, of: argument.key, unit: argument.unit, under: profile, style: Streams.style))
    case .json:
      try Streams.output(
        try SweepReport.json(curve, of: argument.key, unit: argument.unit, under: profile))
    }
  }

  /// What a guest does not do because nobody has said that it does.
  private func silence(of migration: MigrationCase, _ file: MigrationFile) -> [String] {
    var remarks: [String] = []
    if migration.kind.movesMemory, migration.writesNoMemory, !file.isGiven("dirty-rate") {
      remarks.append("It writes nothing: --dirty-rate is not given.")
    }
    // Down for the whole copy, it cannot.
    if migration.kind.movesDisk, migration.kind != .cold, !file.isGiven("disk-writes") {
      remarks.append("It writes nothing to its disk: --disk-writes is not given.")
    }
    return remarks
  }

  private func read(_ settings: [MigrationFile.Setting]) throws -> (MigrationCase, MigrationFile) {
    let file = MigrationFile(path: migration, settings: settings)
    try file.orExit()
    guard let migration = file.migration else { throw ExitStatus.badInput.exit }
    return (migration, file)
  }

  /// The options, by key.
  private func given() throws -> [MigrationFile.Setting] {
    let named: [(String, String?)] = [
      ("kind", kind), ("memory", memory), ("workload", workload), ("pattern", pattern),
      ("dirty-rate", dirtyRate), ("working-set", workingSet), ("link", link), ("max-bandwidth", maxBandwidth),
      ("downtime-limit", downtimeLimit), ("timeout", timeout), ("disk", disk), ("allocated", allocated),
      ("disk-writes", diskWrites), ("disk-working-set", diskWorkingSet), ("boot", boot),
    ]
    var all = named.compactMap { key, text in text.map { MigrationFile.Setting(key, $0) } }
    for setting in settings {
      guard let sign = setting.firstIndex(of: "="), sign > setting.startIndex else {
        throw ValidationError("--set: expected KEY=VALUE, such as round-trip=2ms, found '\(setting)'")
      }
      let key = String(setting[..<sign])
      all.append(
        MigrationFile.Setting(key, String(setting[setting.index(after: sign)...]), place: "--set " + key))
    }
    return all
  }

  private func listKeys() throws {
    let keys = MigrationFile.keys.map { (name: $0.key, text: "\($0.doc) Default: \($0.standard)") }
    try Streams.output(ListReport.text(keys, width: Streams.listWidth))
  }
}
