public import FleetSimulation
internal import Quantities

/// Why a VM did not move, or not by the first step of its chain.
public struct WhyNot: Sendable {
  public let vm: Int
  /// The move that is told: the last one that came to nothing, else the last one that had a setback, else the last;
  /// `nil` where nobody asked for one.
  public let move: MoveLife?
  /// All that the VM was asked for, the one told included.
  public let moves: Int
  /// The steps of the chain of the move that is told.
  public let steps: [ChainStepLife]
  /// Where nobody asked: what each campaign would have met with at the horizon.
  public let prospects: [Prospect]
  /// The drains that had the VM on their list.
  public let drains: [WaitingDrain]

  /// What a campaign that did not ask for a VM would have met with.
  public struct Prospect: Sendable {
    public var campaign: Int
    public var steps: [Examination]
  }

  /// A drain of the VM's host.
  public struct WaitingDrain: Sendable {
    public var host: Int
    public var drain: DrainLife
    /// Whether it did not come to its end because of the VM, alone or with others.
    public var isHeldUp: Bool
  }

  init(_ vm: Int, _ notes: [Note], in scenario: Scenario, after simulation: inout Simulation) {
    let end = Instant.zero + scenario.horizon
    let moves = MoveLife.moves(in: notes, until: end)
    let chains = simulation.chainsByCampaign
    (self.vm, self.moves) = (vm, moves.count)
    let told = Self.told(of: moves)
    move = told
    steps = told.map { ChainStepLife.steps(of: $0, chain: chains[$0.campaign]) } ?? []
    prospects =
      told == nil
      ? chains.indices.map { Prospect(campaign: $0, steps: simulation.examine(guest: vm, campaign: $0)) }
        .filter { !$0.steps.isEmpty } : []
    let hosts = Set(notes.filter { $0.guest < 0 }.map(\.host)).sorted()
    drains = hosts.flatMap { host in
      DrainLife.drains(in: notes.filter { $0.guest < 0 && $0.host == host }, until: end)
        .filter { $0.guests.contains(vm) }.map { drain in
          let isStuck = drain.ended == nil && moves.last?.ended == nil && !moves.isEmpty
          return WaitingDrain(host: host, drain: drain, isHeldUp: drain.left.contains(vm) || isStuck)
        }
    }
  }

  /// Which of a VM's moves is told.
  static func told(of moves: [MoveLife]) -> MoveLife? {
    moves.last { !$0.isCompleted } ?? moves.last { !$0.setbacks.isEmpty } ?? moves.last
  }
}
