internal import CutoverCore
internal import DiscreteEvent
internal import MigrationStrategies
internal import Quantities

/// The hosts, their links and the migrations; the guests' pages are dirtied at a constant rate, each page once, up to
/// 90 % of the memory.
struct LiveFleet: ~Copyable {
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

  /// Rounds until the rest takes 30 ms at the most, as the plugin has it.
  static func plan(maxRounds: Int) throws -> CutoverPlan {
    try Live(downtimeLimit: .milliseconds(30), maxRounds: maxRounds)
      .plan(for: MigrationRequest(guest: GuestFacts(diskVirtual: .zero, diskAllocated: .zero), disk: .shared))
  }

  /// - Parameter dirtyShare: what is dirtied per second, as a part of the most that a migration sends.
  init(_ fleet: [WorkloadMigration], hosts: Int, dirtyShare: Double, _ plan: CutoverPlan) throws {
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
