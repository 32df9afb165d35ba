import Foundation
import Testing

/// A cutover under a rehearsed guest that is killed up to three times, each time taken up where it was, and then left alone.
enum KilledCutover {
  /// Moves the image, and holds what comes of it to having lost nothing that the guest was told is written.
  static func run(_ source: String, to destination: String) async throws {
    var result = try await Program.run(
      "cutover", "run", source, destination, "--yes", "--json", "--rate-limit", "1 MB/s", "--rehearse-writes",
      "1 MiB/s,hot", "--strategy", "reboot",
      signal: Program.Signal(SIGKILL, after: 2, behind: destination + ".fleetshift-partial"))
    #expect(result.status == -SIGKILL, "\(result)")
    var deaths = 1
    while result.status == -SIGKILL {
      let status = try await Program.run("cutover", "status", destination)
      try #require(status.status == 3, "\(status)")
      deaths += 1
      result = try await Program.run(
        "cutover", "resume", destination, "--json",
        signal: deaths < 4 ? Program.Signal(SIGKILL, after: 0.6) : nil)
    }
    #expect(result.status == 0, "\(result)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let evidence = try #require(document["rehearsal"] as? [String: Any])
    #expect(evidence["lost"] as? Int == 0 && (evidence["writes"] as? Int ?? 0) > 0)
  }
}
