internal import CutoverCore
internal import MigrationPolicy

/// Which CPUs may take over a running guest from which, worked out once for all pairs.
struct CPUFit {
  private let table: ContiguousArray<Bool>
  private let count: Int

  init(_ rule: CPURule, _ cpus: [CPUFacts]) {
    count = cpus.count
    table = ContiguousArray(cpus.flatMap { guest in cpus.map { rule.allows(guest, on: $0) } })
  }

  /// - Parameter guest: the CPU it booted with; -1 for one that is to boot anyway, and may do so anywhere.
  func allows(_ guest: Int16, on host: Int16) -> Bool {
    guest < 0 || table[Int(guest) * count + Int(host)]
  }
}
