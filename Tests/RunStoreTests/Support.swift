import FleetExperiments
import FleetSimulation
import Foundation
import ScenarioFormat
import TestTools
import Testing

@testable import RunStore

enum Tiny {
  /// Four hosts that are emptied in turn; a replication takes some milliseconds.
  static let text = """
    scenario: tiny
    horizon: 10 d
    seed: 7
    fleet:
      sites:
        - { name: here, hosts: { count: 4, memory: 64 GiB, nic: 10 Gbit/s, spares: 1 } }
      vms:
        count: 12
        flavor: { linode-2gb: 50 %, linode-4gb: 50 % }
        boot: { uniform: { from: 30 s, to: 120 s } }
    demand:
      - drain: { name: upgrade, chain: [warm, cold] }
      - resize: { rate: 1 / d, chain: [warm, cold] }
    limits: { host-out: 2 }
    variants:
      cold: { demand.*.chain: [cold] }
    """

  static func manifest(
    replications: Int = 4, record: RunManifest.Recording = .totals, over: [String] = [], shards: Int? = nil,
    text: String = Tiny.text
  ) throws -> RunManifest {
    let factors = try over.map { try SweepFactor(parsing: $0) }
    return RunManifest(
      tool: "test", scenario: .init(name: "tiny", file: "tiny.yaml", text: text), variant: nil, seed: 7,
      replications: replications, record: record, design: factors.isEmpty ? nil : .grid, factors: factors,
      points: factors.isEmpty ? [[]] : try SweepDesign.grid.points(factors, count: nil, seed: 7),
      shards: shards)
  }

  static func folder(_ bench: Workbench, _ name: String, _ manifest: RunManifest) throws -> RunFolder {
    try RunFolder(creating: bench(name), manifest)
  }
}

extension RunFolder {
  /// All shards of a cut into so many.
  func run(of count: Int, threads: Int = 2) async throws {
    let shards = (0..<count).map { manifest.shard($0, of: count) }
    let isDone = try await run(shards, threads: threads, progress: RunProgress())
    precondition(isDone, "nobody stops it")
  }

  /// All that is stored, in order.
  func everything() throws -> String {
    var text = ""
    try lines { line, _ in text += String(decoding: line, as: UTF8.self) }
    return text
  }

  /// Replaces the first match in the first line of the only shard, and seals it anew.
  func forge(_ pattern: String, _ value: String) throws {
    let path = shardPath(0..<manifest.units)
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { "\($0)\n" }
    let regex = try Regex(pattern)
    try #require(lines[1].firstMatch(of: regex) != nil)
    lines[1].replace(regex, with: value, maxReplacements: 1)
    var digest = RunningDigest()
    for line in lines.dropFirst().dropLast() { digest.add(Array(line.utf8)[...]) }
    lines[lines.count - 1] = ShardLine.end(rows: lines.count - 2, digest: digest.value)
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
  }

  func shardNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: shardFolder).sorted()
  }
}
