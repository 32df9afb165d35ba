internal import CutoverCore
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

/// What the rules say of guests, plans and hosts, each combination worked out once.
///
/// Rules are functions of facts, so they are not asked anew for each of a million moves. Where no rule looks at hosts
/// but the one about CPUs, a table of pairs of CPUs is all that a search for a target needs.
struct EligibilityBook {
  /// All that a rule may look at.
  struct Case: Hashable {
    /// The number of the plan; -1 for one that was made for this guest alone.
    var plan: Int
    var cpu: Int16
    var kernel: KernelVersion?
    var forbidsLive: Bool
    var traits: Int32
    var flavor: Int16
    /// The kind of the host that the guest leaves; -1 where no rule looks at it.
    var source: Int32
    var isEmergency: Bool
    var isBackingUp: Bool
  }

  private struct Entry {
    var candidate: Candidate
    var decision: EligibilityDecision
    /// By kind of host; as many as have been asked about.
    var byKind: ContiguousArray<EligibilityDecision> = []
  }

  private let rules: EligibilityRules
  /// Whether a target is chosen by more than its CPU, its room and its site.
  let looksAtKinds: Bool
  private let looksAtHosts: Bool
  private var cpuFit: CPUFit
  private var numbers: [Case: Int32] = [:]
  /// The first is for plans that were made for one guest alone.
  private var entries: ContiguousArray<Entry> = []
  private var generation = 0

  init(_ rules: EligibilityRules, _ fleet: Fleet) {
    self.rules = rules
    looksAtHosts = rules.looksAtHosts
    looksAtKinds = looksAtHosts || fleet.groups.contains { $0.disk.isShared }
    cpuFit = CPUFit(rules.cpu, fleet.cpus)
  }

  /// The number of a case that has been noted, if it is not one of a guest alone.
  func number(of key: Case) -> Int32? { key.plan < 0 ? nil : numbers[key] }

  /// Notes a case.
  ///
  /// - Returns: its number from now on; that of a plan made for one guest alone holds until the next such plan.
  mutating func note(_ key: Case, _ candidate: Candidate) -> Int32 {
    let entry = Entry(candidate: candidate, decision: rules.decision(on: candidate))
    if entries.isEmpty { entries.append(entry) }
    guard key.plan >= 0 else {
      entries[0] = entry
      return 0
    }
    entries.append(entry)
    numbers[key] = Int32(entries.count - 1)
    return Int32(entries.count - 1)
  }

  /// What the rules that look at no other host say.
  func decision(_ number: Int32) -> EligibilityDecision { entries[Int(number)].decision }

  /// What all rules say of a kind of hosts.
  func decision(_ number: Int32, onKind kind: Int32) -> EligibilityDecision {
    entries[Int(number)].byKind[Int(kind)]
  }

  /// Works out what has to be known for a search; to be called before one.
  mutating func prepare(_ number: Int32, _ fleet: Fleet) {
    if cpuFit.count != fleet.cpus.count { cpuFit = CPUFit(rules.cpu, fleet.cpus) }
    guard looksAtKinds else { return }
    if generation != fleet.generation {
      generation = fleet.generation
      for entry in entries.indices { entries[entry].byKind = [] }
    }
    var candidate = entries[Int(number)].candidate
    for kind in entries[Int(number)].byKind.count..<fleet.kinds.count {
      candidate.target = fleet.facts(ofKind: kind)
      entries[Int(number)].byKind.append(rules.decision(on: candidate))
    }
  }

  /// Who is to be asked about when a host is looked for.
  ///
  /// - Returns: the number of the case; or, where CPUs decide alone, the CPU that the guest booted with, and -1 for one
  ///   that is to boot anyway.
  func passenger(_ number: Int32, cpu: Int16, _ plan: CutoverPlan) -> Int32 {
    looksAtKinds ? number : plan.carriesRunningState ? Int32(cpu) : -1
  }

  /// Whether a host of that CPU or kind may take whom a search has been prepared for.
  func fits(_ passenger: Int32, on key: Int32) -> Bool {
    looksAtKinds
      ? decision(passenger, onKind: key).refusal == nil
      : passenger < 0 || cpuFit.allows(passenger, on: key)
  }

  /// Whether a host may take one who has waited for it, as far as is known: a search has the last word.
  func mayTake(_ passenger: Int32, on key: Int32) -> Bool {
    guard looksAtKinds else {
      return passenger < 0 || Int(key) >= cpuFit.count || cpuFit.allows(passenger, on: key)
    }
    // The number of a plan that was made for one guest alone stands for somebody else by now.
    guard passenger > 0, Int(key) < entries[Int(passenger)].byKind.count else { return true }
    return fits(passenger, on: key)
  }

  /// The rule after which no kind of host is left, if one is: rules are asked in order, and each leaves fewer.
  func refusal(_ number: Int32, onKinds kinds: [Int32]) -> RuleRefusal? {
    var last: RuleRefusal?
    for kind in kinds {
      guard let refusal = decision(number, onKind: kind).refusal else { return nil }
      if last.map({ $0.rule < refusal.rule }) ?? true { last = refusal }
    }
    return last
  }
}
