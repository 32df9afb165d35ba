import CutoverCore
import DiscreteEvent
import FleetModel
import FleetSimulation
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import ScenarioFormat

/// Limits, chains, windows and strategies as scenarios write them.
@Suite struct PolicyTests {
  private static let head = """
    scenario: policy
    horizon: 60 d
    fleet:
      sites:
        - { name: east, wan: 10 Gbit/s, hosts: { count: 8, memory: 64 GiB } }
        - { name: west, wan: 10 Gbit/s, hosts: { count: 8, memory: 64 GiB } }
      vms: { name: bank, count: 16, flavor: linode-2gb }

    """

  private static func scenario(_ text: String) throws -> Scenario {
    let file = ScenarioFile(text: head + text, name: "policy.yaml")
    return try #require(file.scenarios.first, "\(file.problems)")
  }

  private static let drain = "demand:\n  - drain: { chain: [cold] }\n"

  @Test func `limits in units arrive`() throws {
    let limits = try Self.scenario(
      Self.drain + """
        limits:
          host-out: 8
          rules:
            - { scope: host, capacity: 8, cost: { live: 1, live-with-disk: 4, warm: 2, cold: 3, in-place: 1 } }
            - { scope: pool, site: west, capacity: 128, when-full: reject, held: until-copied }
            - { scope: appliance, name: ix-1, capacity: 200, rate: 1.6 Gbit/s, when-full: { retry: 30 s } }
            - { scope: fleet, capacity: 5, when-full: retry }
            - { scope: pair, capacity: 5, when-full: park }
          order: { priority: { drain: 100 } }
          strict: true
          release: barrier
          host-share: { rate: 5 Gbit/s, slots: 4 }
        """
    ).limits
    #expect(limits.rules.map(\.scope) == [.host, .pool, .appliance, .fleet, .pair])
    #expect(limits.rules.map(\.capacity) == [8, 128, 200, 5, 5])
    #expect(
      limits.rules.map(\.whenFull) == [.queue, .reject, .retry(.seconds(30)), .retry(.seconds(10)), .park])
    #expect(limits.rules[0].cost.greatest == 4 && limits.rules[0].cost.inPlace == 1)
    #expect(limits.rules[1].site == "west" && limits.rules[1].held == .untilCopied)
    #expect(limits.rules[2].name == "ix-1" && limits.rules[2].rate == .bitsPerSecond(1.6e9))
    #expect(limits.order == .priority(["drain": 100]) && limits.isStrict && limits.release == .barrier)
    #expect(limits.hostShare?.slots == 4 && limits.hostShare?.rate == .bitsPerSecond(5e9))
    #expect(try Self.scenario(Self.drain + "limits: { host-out: 3 }\n").limits.isPlain)
  }

  @Test(arguments: ["fifo", "smallest", "largest", "oldest", "shuffle"])
  func `an order is a word`(order: String) throws {
    #expect("\(try Self.scenario(Self.drain + "limits: { order: \(order) }\n").limits.order)" == order)
  }

  @Test func `chains with causes, tickets and deadlines arrive`() throws {
    let chain = try Self.scenario(
      """
      windows: { name: nights, weekly: [mon-fri 22:00-06:00, sat 00:00-24:00], utc-offset: -5 h, vms: bank, keep-free: 30 min, blackouts: { from: 20 d, until: 25 d } }
      notices: { reboot: 14 d, warm: 7 d }
      demand:
        - drain:
            max-tries: 12
            deadlines:
              - { owner: watcher, of: attempt, after: 900 s, then: abandon }
              - { owner: embargo, at: 29 d, then: stop }
            chain:
              - live: { tries: 3, other-target: true, longest-backoff: 5 min, on: { timed-out: retry, hung: incident, not-converging: { goto: last }, refused: next } }
              - warm: { cutover: in-window, longest-wait: 20 d }
              - reboot:
                  cutover: { in-window: nights }
                  copy-ahead: 6 h
                  ticket: { notice: 14 d, latest: 30 d, max-moves: 3, opted-out: 5 %, unanswered: 10 %, needs-answer: true }
              - warm: { cutover: { on-customer-reboot: { after: { exponential: { mean: 9 d } }, within: 30 d, hard: 20 %, otherwise: give-up } } }
              - reboot: { cutover: { by-hand: { after: 2 h } } }
              - cold: { label: last, confirm: 24 h, on: { crashed: { goto: live } } }
      """
    ).campaigns[0].chain
    #expect(chain.mostTries == 12)
    #expect(chain.deadlines.map(\.owner) == ["watcher", "embargo"])
    #expect(
      chain.deadlines.map(\.scope) == [.attempt, .move] && chain.deadlines.map(\.then) == [.abandon, .stop])
    #expect(chain.deadlines[0].after == .seconds(900) && chain.deadlines[1].at == .days(29))
    let live = chain.steps[0]
    #expect(live.wantsOtherTarget && live.longestBackoff == .minutes(5))
    #expect(live.on == [.timedOut: .retry, .hung: .incident, .notConverging: .goTo(5), .refused: .next])
    #expect(
      chain.steps[1].cutover.moment == .inWindow(nil) && chain.steps[1].cutover.longestWait == .days(20))
    #expect(
      chain.steps[2].cutover.moment == .inWindow("nights") && chain.steps[2].cutover.copyAhead == .hours(6))
    let ticket = try #require(chain.steps[2].ticket)
    #expect(ticket.latest == .days(30) && ticket.mostMoves == 3 && ticket.needsAnswer)
    #expect(ticket.optedOut == 0.05 && ticket.unanswered == 0.1)
    guard case .gate(let gate) = chain.steps[3].cutover.moment else { throw Complaint("no gate") }
    #expect(gate.kind == .onCustomerReboot && gate.hard == 0.2 && gate.otherwise == .giveUp)
    guard case .gate(let hand) = chain.steps[4].cutover.moment else { throw Complaint("no gate") }
    #expect(hand.kind == .byHand && hand.otherwise == .goAhead)
    #expect(chain.steps[5].confirmation == .after(.hours(24)) && chain.steps[5].on == [.crashed: .goTo(0)])
  }

  @Test func `windows and notices arrive`() throws {
    let scenario = try Self.scenario(
      Self.drain + """
        windows:
          - { name: nights, weekly: sun-mon 22:00-06:00, utc-offset: 2 h, vms: bank }
          - { name: days, weekly: daily 09:00-17:30 }
        notices: { reboot: 14 d }
        """)
    let nights = scenario.windows[0]
    #expect(nights.weekly.map(\.from) == [.days(6) + .hours(22), .hours(22)])
    #expect(nights.weekly.map(\.length) == [.hours(8), .hours(8)])
    #expect(nights.groups == ["bank"] && nights.utcOffset == .hours(2))
    #expect(scenario.windows[1].weekly.count == 7)
    #expect(scenario.windows[1].weekly.allSatisfy { $0.length == .minutes(510) })
    // Sunday 22:00 where clocks are two hours ahead is 20:00 UTC.
    let schedule = nights.schedule(until: .zero + .days(30))
    #expect(schedule.opening(from: .zero + .days(6)) == .zero + .days(6) + .hours(20))
    #expect(scenario.notices.minimum == ["reboot": .days(14)])
  }

  @Test func `settings of the other strategies arrive`() throws {
    let catalog = try Self.scenario(
      Self.drain + """
        strategies:
          live: { transport: { streams: 4, compression: 1.5, compression-rate: 300 MB/s } }
          warm: { snapshots: { interval: 30 min, most: 10, consolidation: inside, merge-rate: 200 MB/s } }
          post-copy: { rounds: 2, timeout: 1 h }
          suspend: { timeout: 2 h }
          in-place: { frozen: true, work: 30 s }
          rebuild: { disk: blank }
        """
    ).strategies
    let live = try #require(catalog["live"] as? Live)
    #expect(live.transport?.streams == 4 && live.transport?.compression == 1.5)
    let warm = try #require(catalog["warm"] as? Warm)
    #expect(warm.snapshots?.most == 10 && warm.snapshots?.consolidation == .inside)
    #expect((catalog["post-copy"] as? PostCopyLive)?.rounds == 2)
    #expect((catalog["suspend"] as? Suspend)?.timeout == .hours(2))
    #expect((catalog["in-place"] as? InPlace)?.work == .seconds(30))
    #expect((catalog["rebuild"] as? Rebuild)?.disk == .blank)
  }

  @Test func `one line changes a policy`() throws {
    let file = ScenarioFile(
      text: Self.head + """
        demand:
          - drain: { chain: [{ live: { tries: 2, on: { refused: next } } }, cold] }
        limits: { host-out: 2, release: sliding }
        variants:
          batch: { limits.release: barrier }
          costly: { limits.rules: [{ scope: fleet, capacity: 2 }] }
          again: { 'demand.*.chain.*.live.on': { timed-out: retry } }
        """, name: "v")
    #expect(!file.hasProblems, "\(file.problems)")
    #expect(file.scenario(variant: "batch")?.limits.release == .barrier)
    #expect(file.scenario(variant: "costly")?.limits.rules.count == 1)
    #expect(file.scenario(variant: "again")?.campaigns[0].chain.steps[0].on == [.timedOut: .retry])
  }
}
