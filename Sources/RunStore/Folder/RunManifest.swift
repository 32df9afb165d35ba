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
  /// Values that replace the scenario's; its variant has the last word.
  public var settings: [Setting]
  public var seed: UInt64
  /// Of each point.
  public var replications: Int
  /// Where replications are added until it is sure enough; they are then the most there may be until it has ended, and
  /// afterwards those that there are.
  public var until: Until?
  /// What the shards hold of each replication.
  public var record: Recording
  /// Of a plain run: no factors, and one point without values.
  public var design: SweepDesign?
  public var factors: [SweepFactor]
  public var points: [[String]]
  /// What reports show of each point; has no part in what is simulated.
  public var metrics: [String]
  /// What is expected besides what the scenario says; has no part in what is simulated.
  public var expect: [String]?
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

  /// A stopping rule: its clauses, and the replications at the first look and at the last.
  public struct Until: Codable, Hashable, Sendable {
    public var clauses: [String]
    public var first: Int
    public var most: Int

    public init(_ rule: StoppingRule) {
      (clauses, first, most) = (rule.clauses.map(\.text), rule.first, rule.most)
    }

    /// - Throws: ``ExpectationError`` if it was edited by hand.
    public func rule() throws(ExpectationError) -> StoppingRule {
      var read: [Expectation] = []
      for text in clauses { read.append(try StoppingRule.clause(parsing: text)) }
      return StoppingRule(read, first: first, most: most)
    }
  }

  public enum Recording: String, Codable, Hashable, Sendable, CaseIterable {
    /// The totals and distributions of each replication.
    case totals
    /// Also a row for each attempt.
    case attempts
  }

  public init(
    tool: String, scenario: Source, variant: String?, settings: [Setting] = [], seed: UInt64,
    replications: Int, until: Until? = nil, record: Recording,
    design: SweepDesign? = nil, factors: [SweepFactor] = [], points: [[String]] = [[]],
    metrics: [String] = [], expect: [String] = [],
    shards: Int? = nil
  ) {
    (self.tool, self.scenario, self.variant, self.seed) = (tool, scenario, variant, seed)
    (self.settings, self.until) = (settings, until)
    self.expect = expect.isEmpty ? nil : expect
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
  /// The most replications of a point.
  public static let mostReplications = 100_000
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
    bare.expect = nil
    if until != nil { bare.replications = 0 }
    return Fingerprint.of((try? RunManifest.encode(bare)) ?? "")
  }

  /// Whether the plan is that of what it says: nobody has edited it.
  var isSound: Bool { plan == fingerprint }

  /// What is said in it that no program has written: numbers out of the bounds that commands have. Some are no part of
  /// the plan, and its fingerprint tells apart what differs by accident, not by malice.
  var excess: String? {
    let most = RunManifest.mostReplications
    guard (1...most).contains(replications) else {
      return "it says \(replications) replications, and there are from 1 to \(most)"
    }
    if let until,
      until.clauses.isEmpty || until.most > most || until.first > until.most
        || !(StoppingRule.fewest...most ~= until.first)
    {
      return "no rule looks at \(until.first) replications first and at \(until.most) last"
    }
    guard (1...SweepDesign.mostPoints).contains(points.count) else {
      return "it has \(points.count) points, and there are from 1 to \(SweepDesign.mostPoints)"
    }
    let pieces = min(units, RunManifest.mostShards)
    guard (1...pieces).contains(shards) else {
      return "it says \(shards) shards, and the work is cut into 1 to \(pieces)"
    }
    return nil
  }

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
