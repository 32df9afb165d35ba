public import MigrationPhysics
internal import Quantities

/// What one migration will come to, for a planner and for programs.
public enum ForecastReport {
  /// - Parameters:
  ///   - forecast: what the migration will come to.
  ///   - migration: what was asked; it is said again.
  ///   - profile: under which it was predicted; only its name is shown.
  ///   - remarks: on what was asked.
  ///   - style: how wide the lines are, and whether in colour.
  public static func text(
    _ forecast: MigrationForecast, of migration: MigrationCase, under profile: RigProfile,
    remarks: [String] = [], style: TerminalStyle = .plain
  ) -> String {
    var document = Document()
    document.add(.title("One \(migration.kind.rawValue) migration on \(profile.name)"))
    document.add(.paragraph(verdict(forecast)))
    document.add(.paragraph("Held back by: \(bottleneck(forecast, migration, profile))."))
    document.add(.paragraph(ForecastQuestion.words(of: migration)))
    for remark in remarks { document.add(.paragraph(remark)) }
    document.add(
      "What it comes to", figures(forecast),
      note: knowsChance(forecast)
        ? "Between low and high lie nine of ten courses; a pause is of those that complete."
        : "This profile knows no chance: every course is the same, and there is no interval.")
    if let pulled = forecast.postCopy { document.add(.paragraph(words(pulled))) }
    document.add("Rounds, in the course without chance", rounds(forecast), note: roundsNote(forecast))
    return document.text(style)
  }

  /// Schema `fleetshift.forecast/1`.
  public static func json(_ forecast: MigrationForecast, under profile: RigProfile) throws -> String {
    try JSONReport.encode(ForecastJSON(profile: profile.name, forecast: forecast))
  }

  private struct ForecastJSON: Encodable {
    let schema = "fleetshift.forecast/1"
    let profile: String
    let forecast: MigrationForecast
  }

  // MARK: - Words

  private static func verdict(_ forecast: MigrationForecast) -> String {
    if forecast.completion > 0.995 { return "It completes." }
    let ends = forecast.outcomes.filter { $0.code != "completed" }
      .map { "\($0.code.replacing("_", with: " ")) \(percent($0.probability))" }.joined(separator: ", ")
    if forecast.completion < 0.005 { return "It does not complete: \(ends)." }
    return "It completes with a chance of \(percent(forecast.completion)): \(ends)."
  }

  private static func words(_ pulled: PostCopyForecast) -> String {
    let faults = pulled.faults.map { "some \($0.wholeText) of them" } ?? "it runs along with the stream"
    return
      "After the switchover the guest lacks pages for \(seconds(pulled.brownout)); each that it asks for "
      + "takes \(seconds(pulled.faultLatency)): \(faults)."
  }

  /// What holds it back, as far as the forecast's word for it is not the whole truth.
  private static func bottleneck(
    _ forecast: MigrationForecast, _ migration: MigrationCase, _ profile: RigProfile
  ) -> String {
    // Before the first round ends there is nothing that the guest could have written again.
    if forecast.bottleneck == .guestWrites, forecast.rounds.isEmpty {
      return words(
        migration.transport.maxBandwidth.bytesPerSecond < migration.transport.link.bytesPerSecond
          ? .hypervisorLimit : .link)
        + ": not even the first round ends in time"
    }
    let scan = scanOfZeroPages(migration, profile)
    guard [.link, .host].contains(forecast.bottleneck), scan > forecast.totalTime.median / 2 else {
      return words(forecast.bottleneck)
    }
    return "the scan of zero pages, which takes \(seconds(scan)) and which a faster link does not speed up"
  }

  /// How long it takes to look at memory that holds nothing; none of it travels.
  private static func scanOfZeroPages(_ migration: MigrationCase, _ profile: RigProfile) -> Double {
    guard migration.kind == .liveRAM else { return 0 }
    let memory = migration.memory
    let used = memory.used?.value ?? memory.workload.value + profile[.guestBase]
    let empty = memory.configured.value - used
    return max(0, empty) / 0x1p30 * profile[.zeroScan]
  }

  static func words(_ bottleneck: Bottleneck) -> String {
    switch bottleneck {
    case .link: "the link"
    case .hypervisorLimit: "the hypervisor's own limit"
    case .jobLimit: "the limit of the copying job"
    case .host: "what the hosts manage"
    case .guestWrites: "the guest, which writes faster than can be sent"
    case .fixedCosts: "fixed costs, not copying"
    }
  }

  // MARK: - Tables

  /// Whether any figure differs from one course to the next.
  private static func knowsChance(_ forecast: MigrationForecast) -> Bool {
    [
      forecast.totalTime, forecast.bytes, forecast.bulkTime, forecast.blackout, forecast.networkGap,
      forecast.serviceGap,
    ]
    .contains { $0.map { $0.low < $0.high } ?? false }
  }

  private static func figures(_ forecast: MigrationForecast) -> Table {
    let isChance = knowsChance(forecast)
    var table = Table([.text("figure"), .number("low"), .number("median"), .number("high"), .number("mean")])
    func add(_ name: String, _ quantiles: Quantiles?, _ text: (Double) -> String) {
      guard let it = quantiles else { return }
      guard isChance else { return table.add([name, nil, text(it.median), nil, nil]) }
      table.add([name, text(it.low), text(it.median), text(it.high), text(it.mean)])
    }
    add("total time", forecast.totalTime, seconds)
    add("data", forecast.bytes, bytes)
    add("disk copy", forecast.bulkTime, seconds)
    add("hypervisor pause", forecast.blackout, seconds)
    add("network gap", forecast.networkGap, seconds)
    add("service gap", forecast.serviceGap, seconds)
    return table
  }

  /// More would not be read.
  private static let mostRounds = 12

  private static func rounds(_ forecast: MigrationForecast) -> Table {
    var table = Table([
      .number("round"), .text("of"), .number("took"), .number("sent"), .number("dirtied"), .number("left"),
    ])
    let all = forecast.rounds
    for (index, round) in all.enumerated()
    where all.count <= mostRounds || index < mostRounds - 3 || index >= all.count - 2 {
      if all.count > mostRounds, index == all.count - 2 { table.add(["…", "", "", "", "", ""]) }
      table.add([
        String(index + 1), round.medium, seconds(round.duration), bytes(round.bytes), bytes(round.dirtied),
        bytes(round.remaining),
      ])
    }
    return table
  }

  private static func roundsNote(_ forecast: MigrationForecast) -> String? {
    forecast.rounds.isEmpty
      ? nil : "Left: what the other side lacks when the round ends; what is small enough moves in the pause."
  }

  // MARK: - Figures

  static func seconds(_ value: Double) -> String { Duration(seconds: value).description }
  static func bytes(_ value: Double) -> String { Bytes(rounding: value).description }

  static func percent(_ share: Double) -> String {
    let hundredths = (share * 1000).rounded() / 10
    return hundredths == hundredths.rounded() ? "\(Int(hundredths)) %" : "\(hundredths) %"
  }
}
