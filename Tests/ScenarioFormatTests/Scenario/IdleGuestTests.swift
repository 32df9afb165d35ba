import Foundation
import Testing

@testable import ScenarioFormat

@Suite("VMs of whom nothing is said") struct IdleGuestTests {
  private func file(_ vms: String, _ chain: String = "live") -> ScenarioFile {
    ScenarioFile(
      text: """
        scenario: mine
        fleet:
          sites:
            - { name: here, hosts: { count: 8, memory: 128 GiB, nic: 10 Gbit/s } }
          vms: { count: 40, flavor: linode-8gb\(vms) }
        demand:
          - drain: { hosts: all, work: 30 min, chain: [\(chain)] }
        variants:
          cold: { demand.drain.chain: [cold] }

        """, name: "mine.yaml")
  }

  @Test("write nothing and boot in no time, which is noticed once, and is no mistake") func noticed() {
    let idle = file("")
    #expect(!idle.hasErrors && idle.scenarios.count == 2)
    #expect(
      idle.problems.hasPrefix(
        "mine.yaml:5:8: notice: these VMs write nothing, and boot and shut down in 0 s: live migrations always converge"
      ))
    #expect(idle.problems.contains("help: say memory: { dirty-rate: ... }"))
    #expect(idle.problems.components(separatedBy: "notice:").count == 2)
    #expect(idle.problemsAsAnnotations.hasPrefix("::notice file=mine.yaml,line=5"))
  }

  @Test(
    "whoever has said anything of them is left in peace",
    arguments: [
      ", boot: 40 s", ", shutdown: 10 s", ", memory: { dirty-rate: 5 MB/s }", ", disk: { writes: 1 MB/s }",
      ", memory: { hot: 1 % }",
    ])
  func said(_ vms: String) { #expect(!file(vms).hasProblems, "\(file(vms).problems)") }

  @Test("no scenario that ships becomes noisy") func shipped() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios")
    for folder in ["", "sweeps"] {
      let path = root.appendingPathComponent(folder).path
      for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      where name.hasSuffix(".yaml") {
        let text = try String(contentsOfFile: path + "/" + name, encoding: .utf8)
        guard text.contains("\nscenario:") || text.hasPrefix("scenario:") else { continue }
        #expect(!ScenarioFile(text: text, name: name).problems.contains("notice:"), "\(name)")
      }
    }
  }
}
