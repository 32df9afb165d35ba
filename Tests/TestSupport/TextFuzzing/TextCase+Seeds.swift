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
    case .migration, .gate, .sweep, .course: []
    case .profile: ["Scenarios/profiles/qemu-kvm-1gbe.yaml"]
    case .kubevirt: ["Tests/Fixtures/Import/kubevirt.yaml", "Tests/Fixtures/Import/hyperconverged.yaml"]
    case .nova: ["Tests/Fixtures/Import/nova.conf"]
    case .ovirt: ["Tests/Fixtures/Import/ovirt.json"]
    case .dataset: ["Scenarios/validation/calibration.csv"]
    case .cases: ["Scenarios/validation/cases.yaml"]
    case .result: ["Reports/warm-start/summary.json"]
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
    default: []
    }
  }

  /// What to begin from; large files are cut short, which their readers have to bear too.
  package func seeds(root: URL) throws -> [[UInt8]] {
    try paths.map { Array(try Data(contentsOf: root.appendingPathComponent($0)).prefix(30_000)) }
      + texts.map { Array($0.utf8) } + [Array("{}".utf8)]
  }
}
