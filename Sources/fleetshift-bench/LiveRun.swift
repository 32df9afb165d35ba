internal import ArgumentParser

/// Live migrations of guests that dirty their memory, as SimGrid's plugin runs them (`Tests/Peers/simgrid_livemig.cpp`).
struct LiveRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live", abstract: "A fleet of live migrations with dirtying, round by round.")

  @Option(help: "Hosts.") var hosts = 100
  @Option(help: "Migrations.") var count = 3000
  @Option(help: "Outgoing migrations per host.") var slots = 2
  @Option(help: "Dirtied per second, in per cent of the most that a migration sends (1250 MiB/s).")
  var dirty = 10
  @Option(help: "Mean memory of a guest, in MiB.") var meanMib = 16_384.0
  @Option(help: "Sigma of the lognormal memory sizes.") var sigma = 0.7
  @Option(help: "Rounds after which a migration is given up.") var maxRounds = 100

  func run() throws {
    var fleet = try LiveFleet(
      WorkloadMigration.fleet(count: count, hosts: hosts, mean: meanMib, sigma: sigma), hosts: hosts,
      dirtyShare: Double(dirty) / 100, LiveFleet.plan(maxRounds: maxRounds))
    let meter = Meter()
    fleet.run(slots: slots)
    let cpu = meter.elapsed
    let ended = Double(max(1, fleet.completed))
    print(
      "live hosts=\(hosts) slots=\(slots) count=\(count) dirty_percent=\(dirty) completed=\(fleet.completed)",
      "not_converging=\(fleet.notConverging) makespan_s=\(fleet.makespan.places(3))",
      "mean_duration_s=\((fleet.duration / ended).places(4))",
      "mean_downtime_ms=\((fleet.downtime / ended * 1e3).places(4))",
      "max_downtime_ms=\((fleet.longestDowntime * 1e3).places(3)) rounds=\(fleet.rounds)",
      "cpu_s=\(cpu.places(4)) us_per_migration=\((cpu / Double(count) * 1e6).places(2))",
      "rss_mib=\(Meter.peakMemory.places(1))")
  }
}
