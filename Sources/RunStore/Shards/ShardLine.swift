package import FleetExperiments
package import FleetSimulation

#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// The lines of a shard file, each a JSON object whose first key is its kind:
///
/// ```
/// {"kind":"shard","schema":"fleetshift.shard/1","plan":"xxh3-128:…","first":0,"end":20}
/// {"kind":"attempt","point":0,"replication":0,"move":1,…}       where attempts are recorded
/// {"kind":"replication","point":0,"replication":0,"ledger":{…},"course":{…}}  closes each unit
/// {"kind":"end","rows":20,"digest":"xxh3-64:…"}                 of all the lines between
/// ```
package enum ShardLine {
  static let schema = "fleetshift.shard/1"

  static func header(_ plan: String, _ units: Range<Int>) -> String {
    #"{"kind":"shard","schema":"\#(schema)","plan":"\#(plan)","first":\#(units.lowerBound),"end":\#(units.upperBound)}"#
      + "\n"
  }

  static func opening(point: Int, replication: Int) -> String {
    #"{"kind":"replication","point":\#(point),"replication":\#(replication),"#
  }

  /// - Parameter course: when things happened in it; of plain runs.
  static func replication(
    point: Int, replication: Int, _ ledger: Ledger, _ course: ReplicationCourse?
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = opening(point: point, replication: replication) + #""ledger":"#
    text += String(decoding: try encoder.encode(ledger.withoutGuests()), as: UTF8.self)
    if let course { text += #","course":"# + String(decoding: try encoder.encode(course), as: UTF8.self) }
    return text + "}\n"
  }

  static func end(rows: Int, digest: UInt64) -> String {
    #"{"kind":"end","rows":\#(rows),"digest":"xxh3-64:\#(Fingerprint.hex(digest))"}"# + "\n"
  }

  static let replicationStart = Array(#"{"kind":"replication","#.utf8)

  /// A closed unit, as it was stored.
  package struct Replication: Decodable {
    let point: Int
    let replication: Int
    package let ledger: Ledger
    package let course: ReplicationCourse?

    /// Reads the line that closes a unit.
    ///
    /// - Throws: `DecodingError`, also for what cannot be this replication of this scenario.
    package static func read(
      _ line: Data, asReplication number: Int, ofPoint place: Int, in scenario: Scenario
    ) throws -> Replication {
      let decoder = JSONDecoder()
      decoder.userInfo[BucketBudget.key] = BucketBudget()
      let unit = try decoder.decode(BoundedResult<Replication>.self, from: line).result
      if let problem = unit.problem(asReplication: number, ofPoint: place, in: scenario) {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: problem))
      }
      return unit
    }

    private func problem(asReplication number: Int, ofPoint place: Int, in scenario: Scenario) -> String? {
      guard (point, replication) == (place, number) else {
        return "replication \(replication) of point \(point) stands where \(number) of \(place) belongs"
      }
      return ledger.problem(in: scenario) ?? course?.problem(in: scenario)
    }
  }
}
