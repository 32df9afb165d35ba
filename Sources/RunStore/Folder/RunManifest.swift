internal import CXXHash
public import FleetExperiments

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// All that decides what a run or a sweep comes to, so that any machine can go on with it: `manifest.json`.
///
/// Nothing in it is of a machine or a moment: the same command makes the same bytes everywhere.
public struct RunManifest: Codable, Hashable, Sendable {
  public static let currentSchema = "fleetshift.run/1"

  public var schema = RunManifest.currentSchema
  /// The version of the program; another one may simulate otherwise.
  public var tool: String
  public var scenario: Source
  public var variant: String?
  /// Values that replace the scenario's, whatever it or its variant says.
  public var settings: [Setting]
  public var seed: UInt64
  /// Of each point.
  public var replications: Int
  /// What the shards hold of each replication.
  public var record: Recording
  /// Of a plain run: no factors, and one point without values.
  public var design: SweepDesign?
  public var factors: [SweepFactor]
  public var points: [[String]]
  /// What reports show of each point; has no part in what is simulated.
  public var metrics: [String]
  /// Into how many pieces the work is cut where nobody says otherwise; any cut gives the same result.
  public var shards: Int
  /// The fingerprint of all that decides the result.
  public private(set) var plan: String

  public struct Source: Codable, Hashable, Sendable {
    public var name: String
    /// The file it came from, for messages.
    public var file: String
    public var hash: String
    public var text: String

    public init(name: String, file: String, text: String) {
      (self.name, self.file, self.text) = (name, file, text)
      hash = Fingerprint.of(text)
    }
  }

  public struct Setting: Codable, Hashable, Sendable {
    public var path: String
    public var value: String

    public init(_ path: String, _ value: String) { (self.path, self.value) = (path, value) }
  }

  public enum Recording: String, Codable, Hashable, Sendable, CaseIterable {
    /// The totals and distributions of each replication.
    case totals
    /// Also a row for each attempt.
    case attempts
  }

  public init(
    tool: String, scenario: Source, variant: String?, settings: [Setting] = [], seed: UInt64,
    replications: Int, record: Recording,
    design: SweepDesign? = nil, factors: [SweepFactor] = [], points: [[String]] = [[]],
    metrics: [String] = [],
    shards: Int? = nil
  ) {
    (self.tool, self.scenario, self.variant, self.seed) = (tool, scenario, variant, seed)
    self.settings = settings
    (self.replications, self.record, self.design) = (replications, record, design)
    (self.factors, self.points, self.metrics) = (factors, points, metrics)
    let units = points.count * replications
    self.shards = min(max(1, shards ?? min(units, RunManifest.usualShards)), units)
    plan = ""
    plan = fingerprint
  }

  /// The most shards that work is cut into, for schedulers' arrays end there: `MaxArraySize` of Slurm is 1,001 unless an
  /// administrator raised it (man slurm.conf).
  public static let mostShards = 1_000
  /// Where nobody says how many.
  static let usualShards = 200

  /// The pieces of work: one replication of one point each. Unit `u` is replication `u % replications` of point
  /// `u / replications`.
  public var units: Int { points.count * replications }

  public var isSweep: Bool { design != nil }

  /// The units of one shard out of so many.
  public func shard(_ index: Int, of count: Int) -> Range<Int> {
    (index * units / count)..<((index + 1) * units / count)
  }

  /// Of everything but what only concerns how the work is cut and shown.
  private var fingerprint: String {
    var bare = self
    (bare.metrics, bare.shards, bare.plan, bare.scenario.file) = ([], 0, "", "")
    return Fingerprint.of((try? RunManifest.encode(bare)) ?? "")
  }

  /// Whether the plan is that of what it says: nobody has edited it.
  var isSound: Bool { plan == fingerprint }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}

/// XXH3-128 of a text: tells apart what differs by accident, not by malice.
enum Fingerprint {
  static func of(_ text: String) -> String {
    var text = text
    let hash = text.withUTF8 { XXH3_128bits($0.baseAddress, $0.count) }
    return "xxh3-128:" + hex(hash.high64) + hex(hash.low64)
  }

  static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
