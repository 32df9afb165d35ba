package import Foundation

extension TextCase {
  /// Sound files of this kind, below the root of the repository.
  private var paths: [String] {
    switch self {
    case .scenario:
      [
        "Scenarios/drain-grace.yaml", "Scenarios/kernel-floor.yaml", "Scenarios/two-drains.yaml",
        "Scenarios/dc-exit.yaml",
      ]
    case .migration, .gate: []
    case .profile: ["Scenarios/profiles/qemu-kvm-1gbe.yaml"]
    case .kubevirt: ["Tests/Fixtures/Import/kubevirt.yaml", "Tests/Fixtures/Import/hyperconverged.yaml"]
    case .nova: ["Tests/Fixtures/Import/nova.conf"]
    case .ovirt: ["Tests/Fixtures/Import/ovirt.json"]
    case .dataset: ["Scenarios/validation/calibration.csv"]
    case .cases: ["Scenarios/validation/cases.yaml"]
    case .rounds: ["Scenarios/validation/rounds.csv"]
    case .result: ["Reports/warm-start/summary.json"]
    case .sweep: ["Tests/Fixtures/Results/sweep.json"]
    case .course: ["Tests/Fixtures/Results/course.json"]
    case .replication: ["Tests/Fixtures/Results/replication.jsonl"]
    }
  }

  private var texts: [String] {
    switch self {
    case .migration:
      [
        "kind: live\nmemory: 8 GiB\nworkload: 3 GiB\ndirty-rate: 60 MiB/s\nworking-set: 1 GiB\nlink: 1 Gbit/s\n"
      ]
    case .gate:
      ["tolerance: 1 %\ntolerances:\n  bytes-per-move: 10 %\nexpect:\n  - by class: p95(downtime) < 30 s\n"]
    // Each form of case that has a mapping of its own, small enough for numbers to be hit.
    case .cases:
      [
        """
        cases:
          - { id: a, group: openstack, quality: A, source: mtv, inputs: { vms: [10, 50], used_GiB: 4, single_disk_rate_MB_s: 60 }, outputs: { total_s: [1, 2] } }
          - { id: b, group: precopy, quality: A, source: sxm, inputs: { link: 1 Gbit/s, vm_memory_GiB: [1, 2], nonzero_sent_GiB: [1, 1] }, outputs: { total_time_s: [1, 2] } }
        """
      ]
    default: []
    }
  }

  /// What to begin from; large files are cut short, which their readers have to bear too.
  package func seeds(root: URL) throws -> [[UInt8]] {
    try paths.map { Array(try Data(contentsOf: root.appendingPathComponent($0)).prefix(30_000)) }
      + texts.map { Array($0.utf8) } + [Array("{}".utf8)]
  }
}
