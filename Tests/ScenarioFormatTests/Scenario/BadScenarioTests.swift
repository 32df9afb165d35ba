import Testing

@testable import ScenarioFormat

@Suite struct BadScenarioTests {
  @Test("there are bad scenarios of many kinds") func many() {
    #expect(BadScenario.all.count >= 150)
  }

  @Test(
    "the first mistake is the one expected, each has a remedy, and no scenario comes out",
    arguments: BadScenario.all)
  func mistake(bad: BadScenario) throws {
    let file = ScenarioFile(path: bad.path)
    #expect(file.hasErrors)
    #expect(!file.isMissing)
    #expect(file.scenarios.isEmpty)
    let findings = file.diagnostics.sorted
    let first = try #require(findings.first)
    #expect(
      "\(first.origin.line):\(first.origin.column) \(first.code.rawValue)" == "\(bad.place) \(bad.code)",
      "\(file.problems)")
    let text = first.message + "\n" + (first.remedy ?? "")
    for words in bad.words { #expect(text.contains(words), "'\(words)' is not in: \(text)") }
    for finding in findings {
      #expect(finding.remedy?.isEmpty == false, "\(finding.heading)")
      #expect(!finding.message.isEmpty)
      #expect(finding.origin.file == bad.path)
    }
  }

  @Test("a mistake brings no others with it", arguments: BadScenario.all)
  func alone(bad: BadScenario) {
    #expect(
      ScenarioFile(path: bad.path).diagnostics.sorted.count == 1, "\(ScenarioFile(path: bad.path).problems)")
  }
}
