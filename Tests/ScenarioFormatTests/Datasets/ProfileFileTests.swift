import Foundation
import MigrationPhysics
import Testing

@testable import ScenarioFormat

@Suite struct ProfileFileTests {
  @Test(arguments: RigProfile.shipped)
  func theShippedFilesSayWhatIsBuiltIn(_ profile: RigProfile) throws {
    let path = DatasetFileTests.root.appendingPathComponent("Scenarios/profiles/\(profile.name).yaml").path
    let file = ProfileFile(path: path)
    #expect(file.problems == "")
    let read = try #require(file.profile)
    #expect(read.name == profile.name && read.source == profile.source)
    for constant in RigConstant.allCases {
      #expect(read[constant] == profile[constant], "\(constant) of \(profile.name)")
    }
  }

  @Test func aProfileIsReadAsItWasWritten() throws {
    var profile = RigProfile(name: "mine: of 2026", source: "a \"log\" of mine\\")
    profile[.setup] = 0.0123456
    profile[.hostRate] = 5e8
    profile.setStandardError(0.002, of: .setup)
    let file = ProfileFile(
      text: ProfileText.yaml(profile, comment: ["How it came about.", ""]), name: "p.yaml")
    #expect(file.problems == "")
    #expect(file.profile == profile)
  }

  @Test func mistakesHaveTheirPlace() {
    let findings = { (text: String) in
      ProfileFile(text: text, name: "p.yaml").findings.diagnostics.sorted.map {
        "\($0.origin.line):\($0.origin.column) \($0.message)"
      }
    }
    #expect(findings("[1]\n") == ["1:1 a profile is a mapping, found a list"])
    #expect(findings("constants: {}\n") == ["1:1 the profile has no name"])
    #expect(findings("profile: a\n") == ["1:1 the profile has no constants"])
    #expect(
      findings("profile: a\nconstants: { setpu: 1 }\n") == ["2:14 no constant is called 'setpu'"])
    #expect(
      findings("profile: a\nconstants: { setup: -1 }\n")
        == ["2:21 expected a number of seconds that is not negative, found the number -1"])
    #expect(
      findings("profile: a\nconstants: { setup: soon }\n")
        == ["2:21 expected a number of seconds that is not negative, found the text 'soon'"])
    #expect(findings("profile: a\nsetup: 1\nconstants: {}\n") == ["2:1 unknown key 'setup' in a profile"])
  }
}
