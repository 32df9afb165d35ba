import Foundation
import Testing

@testable import ScenarioFormat

@Suite struct DiagnosticsTests {
  private let text = "scenario: a\nhosts:\n  - name: b\n    cuont: 9\n"

  @Test("people see place, message, line, caret and remedy") func terminal() {
    let shown = read(text).diagnostics.text(sources: [SourceText(text, file: "s.yaml")])
    #expect(
      shown == """
        s.yaml:4:5: error: unknown key 'cuont' in hosts [E010]
          4 |     cuont: 9
            |     ^
          help: did you mean 'count'?

        """)
  }

  @Test("machines get JSON") func json() throws {
    let object =
      try JSONSerialization.jsonObject(with: Data(read(text).diagnostics.json.utf8)) as? [String: Any]
    let list = try #require(object?["diagnostics"] as? [[String: Any]])
    #expect(list.map { $0["code"] as? String } == ["E010"])
    #expect(list[0]["line"] as? Int == 4 && list[0]["column"] as? Int == 5)
    #expect(object?["omitted"] as? Int == 0)
  }

  @Test("annotations escape what would end them") func annotations() {
    var diagnostics = Diagnostics()
    diagnostics.add(
      .syntax, at: Origin(file: "a,b:c.yaml", line: 1, column: 2), "50 %\nof it", remedy: "less")
    #expect(
      diagnostics.gitHubAnnotations
        == "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=E005::50 %25%0Aof it%0Ahelp: less\n")
  }

  @Test("findings are sorted, kept once, and capped with a count of the rest") func capped() {
    var diagnostics = Diagnostics(limit: 3)
    for line in [5, 1, 4, 1, 3, 2] {
      diagnostics.warn(.syntax, at: Origin(file: "f", line: line, column: 1), "m")
    }
    #expect(diagnostics.sorted.map(\.origin.line) == [1, 2, 3])
    #expect(diagnostics.omitted == 2)
    #expect(!diagnostics.hasErrors)
    #expect(diagnostics.text(sources: []).hasSuffix("… and 2 more\n"))
    #expect(diagnostics.gitHubAnnotations.hasSuffix("and 2 more findings\n"))
  }

  @Test("what is repeated is not counted, however many there are") func repeated() {
    var diagnostics = Diagnostics()
    for line in 1...10_001 { diagnostics.add(.syntax, at: Origin(file: "f", line: line, column: 1), "m") }
    for line in 1...10 { diagnostics.add(.syntax, at: Origin(file: "f", line: line, column: 1), "m") }
    #expect(diagnostics.sorted.count == 200)
    #expect(diagnostics.omitted == 9_801)
  }

  @Test("a file cannot send commands to the terminal, and long lines are cut") func harmless() {
    let line = String(repeating: "x", count: 300) + ": \u{1B}[31m: y"
    var diagnostics = Diagnostics()
    diagnostics.add(.syntax, at: Origin(file: "s", line: 1, column: 303), quoted("\u{1B}[31m"))
    let shown = diagnostics.text(sources: [SourceText(line, file: "s")])
    #expect(!shown.contains("\u{1B}"))
    #expect(shown.split(separator: "\n").allSatisfy { $0.count < 120 })
    let lines = shown.split(separator: "\n")
    let caret = lines[2].unicodeScalars.firstIndex(of: "^").map {
      lines[2].unicodeScalars.distance(from: lines[2].startIndex, to: $0)
    }
    let escape = lines[1].unicodeScalars.firstIndex(of: "\u{FFFD}").map {
      lines[1].unicodeScalars.distance(from: lines[1].startIndex, to: $0)
    }
    #expect(caret == escape)
  }

  @Test(
    "edits are counted as a typist makes them",
    arguments: [
      ("count", "cuont", 1), ("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distance(a: String, b: String, edits: Int) {
    #expect(editDistance(a, b) == edits)
    #expect(editDistance(b, a) == edits)
  }

  @Test("a suggestion is near or not made") func suggestions() {
    #expect(nearest(to: "when_full", among: ["when-full", "when"]) == "when-full")
    #expect(nearest(to: "NIC", among: ["nic", "cpu"]) == "nic")
    #expect(nearest(to: "abc", among: ["xyz"]) == nil)
  }
}
