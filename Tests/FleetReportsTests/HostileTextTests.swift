import Foundation
import Testing
import TextFuzzing

/// Every kind of file that people hand to the program, damaged: it is read or refused with words, and never more than
/// that. `make fuzz` does the same for longer, guided by coverage; `FLEETSHIFT_CASES` asks for more here.
@Suite struct HostileTextTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let count =
    (ProcessInfo.processInfo.environment["FLEETSHIFT_CASES"].flatMap { Int($0) } ?? 240) / 6

  @Test(arguments: TextCase.allCases) func `damaged files are read or refused`(_ kind: TextCase) throws {
    let seeds = try kind.seeds(root: Self.root)
    var random = Seeded(7)
    var outcomes: [TextCase.Outcome: Int] = [:]
    for number in 0..<Self.count {
      var bytes = seeds[number % seeds.count]
      for _ in 0...(number / seeds.count % 3) { bytes = TextMutation.apply(to: bytes, using: &random) }
      do { outcomes[try kind.run(bytes), default: 0] += 1 } catch {
        Issue.record("\(kind) refused without a word: \(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect(outcomes[.refused, default: 0] > 0)
  }
}
