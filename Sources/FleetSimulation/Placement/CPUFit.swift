internal import CutoverCore
internal import MigrationPolicy

/// Which CPUs may take over a running guest from which, worked out once for all pairs.
struct CPUFit {
  private let table: ContiguousArray<Bool>
  let count: Int

  init(_ rule: CPURule, _ cpus: [CPUFacts]) {
    count = cpus.count
    table = ContiguousArray(cpus.flatMap { guest in cpus.map { rule.allows(guest, on: $0) } })
  }

  /// - Parameter guest: the CPU it booted with; -1 for one that is to boot anyway, and may do so anywhere.
  func allows(_ guest: Int32, on host: Int32) -> Bool {
    guest < 0 || table[Int(guest) * count + Int(host)]
  }
}
