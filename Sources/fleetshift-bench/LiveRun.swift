internal import ArgumentParser
internal import CutoverCore
internal import DiscreteEvent
internal import MigrationStrategies
internal import Quantities

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
      plan: Live(downtimeLimit: .milliseconds(30), maxRounds: maxRounds)
        .plan(
          for: MigrationRequest(guest: GuestFacts(diskVirtual: .zero, diskAllocated: .zero), disk: .shared)),
      dirtyShare: Double(dirty) / 100)
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

/// The hosts, their links and the migrations; the guests' pages are dirtied at a constant rate, each page once, up to
/// 90 % of the memory.
private struct LiveFleet: ~Copyable {
  static let mostRate = ByteRate.mebibytesPerSecond(1250)

  private struct Migration {
    var machine: CutoverMachine
    let source: Int
    let path: FlowPath
    let memory: Bytes
    var began = Instant.zero
    var passBegan = Instant.zero
    /// What the destination has not.
    var left: Bytes
    var deadline = EventHandle.none
  }

  private var network = FlowNetwork()
  private var queue = EventQueue<Int32>()
  private var migrations: [Migration] = []
  /// Each host's migrations, last first.
  private var waiting: [[Int32]]
  private let dirtyRate: ByteRate

  private(set) var completed = 0
  private(set) var notConverging = 0
  private(set) var makespan = 0.0
  private(set) var duration = 0.0
  private(set) var downtime = 0.0
  private(set) var longestDowntime = 0.0
  private(set) var rounds = 0

  init(_ fleet: [WorkloadMigration], hosts: Int, plan: CutoverPlan, dirtyShare: Double) throws {
    let links = Links(topology: .nic, hosts: hosts, in: &network)
    dirtyRate = ByteRate(bytesPerSecond: LiveFleet.mostRate.bytesPerSecond * dirtyShare)
    waiting = Array(repeating: [], count: hosts)
    for (index, drawn) in fleet.enumerated() {
      let memory = Bytes.mebibytes(Int64(min(max(drawn.bytes, 512), 524_288)))
      migrations.append(
        Migration(
          machine: try CutoverMachine(plan), source: Int(drawn.source),
          path: links.path(from: Int(drawn.source), to: Int(drawn.destination)), memory: memory, left: memory)
      )
      waiting[Int(drawn.source)].insert(Int32(index), at: 0)
    }
  }

  mutating func run(slots: Int) {
    for host in waiting.indices { for _ in 0..<slots { admit(host, at: .zero) } }
    while true {
      let flow = network.nextCompletion?.at
      if let flow, queue.nextTime.map({ flow <= $0 }) ?? true {
        while let done = network.complete(at: flow) { sent(Int(done.owner), at: flow) }
      } else if let late = queue.popNext() {
        tell(Int(late.payload), .deadlinePassed, at: late.time)
      } else {
        return
      }
    }
  }

  private mutating func admit(_ host: Int, at now: Instant) {
    guard let index = waiting[host].popLast() else { return }
    migrations[Int(index)].began = now
    tell(Int(index), .begin, at: now)
  }

  /// All of a round, or of the rest in the pause, has arrived.
  private mutating func sent(_ index: Int, at now: Instant) {
    let sent = migrations[index].left
    let time = now - migrations[index].passBegan
    guard case .copy = migrations[index].machine.currentStep.action else {
      migrations[index].left = .zero
      return tell(index, .moved(sent), at: now)
    }
    rounds += 1
    let dirtied = min(dirtyRate.amount(in: time), Bytes(rounding: migrations[index].memory.value * 0.9))
    migrations[index].left = dirtied
    let rate = ByteRate(bytesPerSecond: sent.value / time.seconds)
    tell(index, .copied(CopyReport(transferred: sent, remaining: dirtied, bandwidth: rate)), at: now)
  }

  private mutating func tell(_ index: Int, _ event: CutoverEvent, at now: Instant) {
    var event = event
    while let reaction = try? migrations[index].machine.handle(event, at: now) {
      let step = reaction.step
      setDeadline(index, step.deadline)
      guard case .perform = reaction else { return }
      switch step.action {
      case .copy, .moveRemaining:
        migrations[index].passBegan = now
        guard migrations[index].left > .zero else { return sent(index, at: now) }
        network.startFlow(
          migrations[index].left, over: migrations[index].path, cap: LiveFleet.mostRate, owner: Int32(index),
          at: now)
        return
      // Costs nothing here, as in the plugin.
      case .prepareDestination: event = .prepared
      case .waitUntil: event = .timeReached
      case .pauseGuest, .shutDownGuest, .powerOffGuest: event = .guestStopped
      case .moveDeviceState, .pullRemaining: event = .moved(.zero)
      case .resizeDestination: event = .resized
      case .verifyDestination: event = .verified
      case .startDestination: event = .started
      case .releaseSource: event = .released
      case .fenceDestination: event = .fenced
      case .restoreSource: event = .restored
      case .discardDestination: event = .discarded
      case .finish(let outcome): return end(index, outcome, at: now)
      }
    }
  }

  private mutating func setDeadline(_ index: Int, _ deadline: Instant) {
    if !queue.reschedule(migrations[index].deadline, at: deadline) {
      migrations[index].deadline = queue.schedule(at: deadline, Int32(index))
    }
  }

  private mutating func end(_ index: Int, _ outcome: CutoverOutcome, at now: Instant) {
    queue.cancel(migrations[index].deadline)
    if outcome == .completed {
      completed += 1
      duration += (now - migrations[index].began).seconds
      let pause = migrations[index].machine.accounts.downtime?.seconds ?? 0
      downtime += pause
      longestDowntime = max(longestDowntime, pause)
    } else {
      notConverging += 1
    }
    makespan = now.seconds
    admit(migrations[index].source, at: now)
  }
}
