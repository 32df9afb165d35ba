import CutoverCore
import Foundation
import Quantities

/// What the explorer asks of a machine: the real one, or one that was broken on purpose.
protocol ExploredMachine: Hashable, Codable {
  var currentStep: CutoverStep { get }
  var waitsForGate: Bool { get }
  mutating func handle(_ event: CutoverEvent, at now: Instant) throws(UnexpectedEvent) -> CutoverReaction
}

extension CutoverMachine: ExploredMachine {}

/// What an exploration came to.
struct Exploration {
  var machines = 0
  /// Pairs of a machine and a world.
  var states = 0
  var edges = 0
  /// The most events, of those that change the machine at all, from `begin` to the end.
  var longestCourse = 0
  /// The first breach found of each law: none is shorter.
  var breaches: [Law: String] = [:]

  var brokenLaws: [Law] { breaches.keys.sorted() }
  var report: String {
    brokenLaws.map { "law \($0.rawValue) (\($0)): \(breaches[$0]!)" }.joined(separator: "\n")
  }
  var summary: String {
    "\(machines) machines, \(states) states, \(edges) edges, at most \(longestCourse) events"
  }
}

/// Walks, breadth first, through every pair of a machine and a world that can be reached under one plan.
///
/// What is proved when it finds nothing, for this plan and for reports of these kinds:
/// - laws 1 to 4 hold on every edge;
/// - law 5: in the graph of machines alone (edges: any event that the world can bring about, host losses, crashes and
///   cancellations included) there is no way round, apart from a notice that changes nothing; every machine that is
///   not finished takes the passing of its deadline, which is finite, as a change. So each run ends, whatever happens
///   in it, after at most `longestCourse` events that change the machine, and by the clock, for every one of these is
///   waited for no longer than a deadline;
/// - law 6: each machine equals its decoded encoding, and both react to every event alike.
///
/// It is not proved for other amounts than those reported, nor for drivers that lie, nor where time jumps back.
/// Time stands still but for waits and deadlines, and a pass that ends in the last moment before its deadline.
struct Explorer<Machine: ExploredMachine> {
  private let plan: CutoverPlan
  private let rules: WorldRules
  private let limit: Int

  private(set) var machines: [Machine] = []
  private var steps: [CutoverStep] = []
  private var numbers: [Machine: Int] = [:]
  private var times: [Instant] = []
  private(set) var courses: [[(event: CutoverEvent, next: Int)]] = []
  private var reactions: [UInt64: Handled] = [:]

  private var nodes: [Node] = []
  private var seen: Set<UInt64> = []
  private var result = Exploration()

  private struct Handled {
    var next: Int
    var isNew: Bool
    var step: CutoverStep
    var isRefused = false
  }

  private struct Node {
    var machine: Int
    var world: World
    var time: Int
    var parent: Int
    var event: CutoverEvent?
    var note: String
  }

  init(_ plan: CutoverPlan, rules: WorldRules? = nil, limit: Int = 400_000) {
    self.plan = plan
    self.rules = rules ?? WorldRules(plan)
    self.limit = limit
  }

  mutating func explore(from machine: Machine) -> Exploration {
    let start = number(of: machine)
    add(
      Node(machine: start, world: World(plan), time: time(.zero), parent: -1, event: nil, note: ""))
    // `begin` is the one event that nothing in the world brings about.
    pass(
      from: 0,
      Move(kind: .progress, event: .begin, world: World(plan), now: .zero), during: machine.currentStep)
    var index = 1
    while index < nodes.count {
      let node = nodes[index]
      let step = steps[node.machine]
      let waitsForGate = machines[node.machine].waitsForGate
      for move in rules.moves(in: node.world, during: step, at: times[node.time], waitsForGate: waitsForGate)
      {
        pass(from: index, move, during: step)
      }
      index += 1
      if nodes.count > limit {
        breach(.ends, "more than \(limit) states and no end in sight", at: index - 1)
        return result
      }
    }
    result.machines = machines.count
    result.states = nodes.count
    findLongestCourse()
    return result
  }

  // MARK: - Edges

  private mutating func pass(from index: Int, _ move: Move, during step: CutoverStep) {
    result.edges += 1
    let node = nodes[index]
    var next = Node(
      machine: node.machine, world: move.world, time: time(move.now), parent: index, event: move.event,
      note: move.note)
    var passage = Passage(
      event: move.event, before: step, after: step, isNew: false, world: move.world, now: move.now
    )
    if let event = move.event {
      let handled = handle(event, by: node.machine, at: next.time)
      if handled.isRefused {
        breach(.answers, "\(event.told) answers \(step.action) and is refused", at: index)
        return
      }
      if move.kind == .progress && handled.next == node.machine {
        breach(.ends, "\(event.told) during \(step.action) changes nothing", at: index)
        return
      }
      next.machine = handled.next
      passage.after = handled.step
      passage.isNew = handled.isNew
    }
    if let (law, text) = passage.brokenLaw(under: plan) {
      breach(law, text, at: index, last: next)
      return
    }
    if passage.isNew {
      switch passage.after.action {
      case .startDestination: next.world.mayRunThere = true
      case .discardDestination: next.world.wasCleared = true
      default: break
      }
    }
    add(next)
  }

  private mutating func add(_ node: Node) {
    let key = UInt64(node.machine) << 40 | UInt64(node.time) << 24 | node.world.packed
    if seen.insert(key).inserted { nodes.append(node) }
  }

  private mutating func time(_ instant: Instant) -> Int {
    if let index = times.firstIndex(of: instant) { return index }
    times.append(instant)
    return times.count - 1
  }

  // MARK: - Machines

  private mutating func number(of machine: Machine) -> Int {
    if let known = numbers[machine] { return known }
    numbers[machine] = machines.count
    machines.append(machine)
    steps.append(machine.currentStep)
    courses.append([])
    return machines.count - 1
  }

  /// What a machine makes of an event; found once, used for every world it stands in.
  private mutating func handle(_ event: CutoverEvent, by index: Int, at time: Int) -> Handled {
    let key = UInt64(index) << 32 | UInt64(time) << 8 | UInt64(code(of: event))
    if let known = reactions[key] { return known }
    var machine = machines[index]
    let handled: Handled
    do {
      let reaction = try machine.handle(event, at: times[time])
      if reaction.step != machine.currentStep {
        note(.answers, "\(reaction.step) was returned, but \(machine.currentStep) is under way")
      }
      let next = number(of: machine)
      if next != index { courses[index].append((event, next)) }
      if case .perform(let step) = reaction {
        handled = Handled(next: next, isNew: true, step: step)
      } else {
        handled = Handled(next: next, isNew: false, step: reaction.step)
      }
    } catch {
      handled = Handled(next: index, isNew: false, step: machine.currentStep, isRefused: true)
    }
    reactions[key] = handled
    return handled
  }

  private func code(of event: CutoverEvent) -> Int {
    switch event {
    case .begin: 0
    case .prepared: 1
    case .timeReached: 2
    case .guestStopped: 3
    case .moved: 4
    case .resized: 5
    case .verified: 6
    case .started: 7
    case .released: 8
    case .fenced: 9
    case .restored: 10
    case .discarded: 11
    case .deadlinePassed: 12
    case .cancelled: 13
    case .guestCrashed: 14
    case .sourceLost: 15
    case .destinationLost: 16
    case .driverReturned: 17
    case .failed(let fault): 20 + CutoverFault.allCases.firstIndex(of: fault)!
    case .copied(let report): 40 + rules.reports.firstIndex(of: report)!
    }
  }

  // MARK: - Laws about a machine alone

  /// Checks each machine that was met by itself: what is encoded and decoded is the same and behaves the same, and what
  /// answers nothing is refused.
  mutating func checkMachines() -> Exploration {
    let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
    for (index, machine) in machines.enumerated() {
      guard let data = try? encoder.encode(machine), let copy = try? decoder.decode(Machine.self, from: data)
      else {
        note(.value, "\(machine) cannot be encoded and decoded")
        return result
      }
      if copy != machine {
        note(.value, "decoded in the midst of \(machine.currentStep.action.told), it is another machine")
      }
      let now = Instant(nanoseconds: 1)
      for event in everyEvent {
        var (one, other, isRefused) = (machine, copy, false)
        let reaction = try? one.handle(event, at: now)
        if reaction != (try? other.handle(event, at: now)) || one != other {
          note(
            .value,
            "decoded in the midst of \(machine.currentStep.action.told), it takes \(event.told) otherwise")
        }
        isRefused = reaction == nil
        if isRefused && one != machine {
          note(
            .answers, "\(event.told) was refused during \(machine.currentStep.action.told), and left a trace")
        }
        let isReboot = event == .guestStopped && machine.waitsForGate && plan.gate?.kind == .onCustomerReboot
        if index > 0 && isRefused == (isReboot || isAnswer(event, to: machine.currentStep.action)) {
          note(.answers, "\(event.told) during \(machine.currentStep.action.told): refused is \(isRefused)")
        }
      }
    }
    return result
  }

  private var everyEvent: [CutoverEvent] {
    [
      .begin, .prepared, .copied(rules.reports[0]), .timeReached, .guestStopped, .moved(Bytes(7)), .resized,
      .verified, .started, .released, .fenced, .restored, .discarded, .failed(.link), .failed(.verification),
      .deadlinePassed, .cancelled, .guestCrashed, .sourceLost, .destinationLost,
      .driverReturned(away: .seconds(1)),
    ]
  }

  /// Which events a step has to take, by the documentation of actions and events alone.
  private func isAnswer(_ event: CutoverEvent, to action: CutoverAction) -> Bool {
    if case .finish = action { return false }
    switch (event, action) {
    case (.failed, _), (.deadlinePassed, _), (.cancelled, _), (.guestCrashed, _), (.sourceLost, _),
      (.destinationLost, _), (.driverReturned, _):
      return true
    case (.prepared, .prepareDestination), (.copied, .copy), (.timeReached, .waitUntil),
      (.guestStopped, .pauseGuest), (.guestStopped, .shutDownGuest), (.guestStopped, .powerOffGuest),
      (.moved, .moveRemaining), (.moved, .moveDeviceState), (.moved, .pullRemaining),
      (.resized, .resizeDestination), (.verified, .verifyDestination), (.started, .startDestination),
      (.started, .fenceDestination), (.released, .releaseSource), (.fenced, .fenceDestination),
      (.restored, .restoreSource), (.discarded, .discardDestination):
      return true
    default: return false
    }
  }

  // MARK: - Ends

  /// The longest way through the graph of machines; a breach of law 5 if there is a way round or a dead end.
  private mutating func findLongestCourse() {
    var marks = [Mark](repeating: .fresh, count: machines.count)
    var lengths = [Int](repeating: 0, count: machines.count)
    var stack = [(machine: 0, edge: 0)]
    marks[0] = .open
    while let (machine, edge) = stack.last {
      if edge == courses[machine].count {
        lengths[machine] = courses[machine].map { lengths[$0.next] + 1 }.max() ?? 0
        marks[machine] = .done
        stack.removeLast()
        if courses[machine].isEmpty && !isFinish(machines[machine].currentStep.action)
          && result.breaches.isEmpty
        {
          note(.ends, "\(machines[machine].currentStep.action.told) is a dead end")
        }
        continue
      }
      stack[stack.count - 1].edge += 1
      let (event, next) = courses[machine][edge]
      switch marks[next] {
      case .done: break
      case .open:
        note(
          .ends,
          "\(event.told) during \(machines[machine].currentStep.action.told) leads round to "
            + "\(machines[next].currentStep.action.told)")
      case .fresh:
        marks[next] = .open
        stack.append((next, 0))
      }
    }
    result.longestCourse = lengths[0]
  }

  private func isFinish(_ action: CutoverAction) -> Bool {
    if case .finish = action { return true }
    return false
  }

  // MARK: - Breaches

  private mutating func note(_ law: Law, _ text: String) {
    if result.breaches[law] == nil { result.breaches[law] = text }
  }

  private mutating func breach(_ law: Law, _ text: String, at index: Int, last: Node? = nil) {
    guard result.breaches[law] == nil else { return }
    var path = last.map { [$0] } ?? []
    var at = index
    while at >= 0 {
      path.append(nodes[at])
      at = nodes[at].parent
    }
    var lines: [String] = []
    for node in path.reversed() where node.parent >= 0 {
      let before = machines[nodes[node.parent].machine].currentStep.action
      let what = node.event.map { "\($0.told)\(node.note)" } ?? "(\(node.note))"
      lines.append("  \(before.told) <- \(what) at \(times[node.time].told)")
    }
    let world = (last ?? nodes[index]).world
    result.breaches[law] = "\(text)\n" + lines.joined(separator: "\n") + "\n  in a world of: \(world)"
  }
}

private enum Mark { case fresh, open, done }

/// Explores the machine under this plan, and each machine met by itself.
func explore<Machine: ExploredMachine>(
  _ machine: Machine, under plan: CutoverPlan, rules: WorldRules? = nil, limit: Int = 400_000
) -> Exploration {
  var explorer = Explorer<Machine>(plan, rules: rules, limit: limit)
  _ = explorer.explore(from: machine)
  return explorer.checkMachines()
}
