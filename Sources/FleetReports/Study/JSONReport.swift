public import FleetExperiments

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Results as JSON: keys sorted, indented, the same bytes for the same result, a line break at the end.
public enum JSONReport {
  /// One result is an object, several are an array of them.
  ///
  /// - Throws: `EncodingError` for a figure that is no number, which no replication gives.
  public static func render(_ results: [StudyResult]) throws -> String {
    guard results.count == 1, let only = results.first else { return try encode(results) }
    return try encode(only)
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
