import Foundation
import TestTools
import Testing

/// The example workflow of the documentation, step by step, as a runner would.
@Suite struct WorkflowTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private struct Step {
    var name: String
    var script: String
    var isAlways: Bool
  }

  /// The steps that run commands; the installation is what the test bundle stands for.
  private func steps() throws -> [Step] {
    try allSteps().filter { !$0.script.isEmpty && !$0.name.hasPrefix("Install") }
  }

  private func text() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: root.appendingPathComponent("Documentation/examples/policy-check.yml"), encoding: .utf8)
  }

  private func allSteps() throws -> [Step] {
    var (steps, isScript) = ([Step](), false)
    for line in try text().components(separatedBy: "\n") {
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("- ") {
        isScript = false
        let name = trimmed.hasPrefix("- name: ") ? String(trimmed.dropFirst(8)) : ""
        steps.append(Step(name: name, script: "", isAlways: false))
      } else if trimmed == "if: always()" {
        steps[steps.count - 1].isAlways = true
      } else if trimmed == "run: |" {
        isScript = true
      } else if isScript, line.hasPrefix("          ") {
        steps[steps.count - 1].script += trimmed + "\n"
      }
    }
    return steps
  }

  @Test("the program is built in a clone of its own, where a Makefile is, by the Swift that it needs")
  func installation() throws {
    let text = try text()
    let setup = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../.ci/setup")
    let wanted = try #require(
      try String(contentsOf: setup, encoding: .utf8).firstMatch(of: /needs Swift ([0-9]+\.[0-9]+)/))
    #expect(text.contains("container: swift:\(wanted.1)"))
    let step = try #require(try allSteps().first { $0.name.hasPrefix("Install") })
    let lines = step.script.split(separator: "\n").map(String.init)
    let clone = try #require(
      lines.firstIndex { $0.hasPrefix("git clone") && $0.contains("\"$FLEETSHIFT_URL\"") })
    let make = try #require(lines.firstIndex { $0.hasPrefix("make ") })
    let folder = try #require(lines[clone].split(separator: " ").last)
    #expect(clone < make && lines[make] == "make -C \(folder) install")
    #expect(text.contains("  FLEETSHIFT_URL: "))
    // Those of the container's image have neither.
    let needed = try #require(lines.firstIndex { $0.contains("apt-get install") })
    #expect(needed < make && lines[needed].hasSuffix(" make python3"))
  }

  /// - Returns: the exit code of the job, and what the steps said.
  private func job() async throws -> (status: Int32, said: String) {
    var (status, said) = (Int32(0), "")
    for step in try steps() where status == 0 || step.isAlways {
      let folder = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
      let outcome = try await Program.run(
        "/bin/bash", ["-e", "-o", "pipefail", "-c", step.script], in: bench.path,
        environment: [
          "PATH": folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
          "GITHUB_STEP_SUMMARY": bench("step-summary.md"), "CI": "true",
        ])
      said += outcome.output + outcome.errors
      if status == 0 { status = outcome.status }
    }
    return (status, said)
  }

  @Test("a change that is for nobody's worse passes; one that is for somebody's does not, and says for whom")
  func pullRequests() async throws {
    #expect(try steps().count == 3)
    let text = try String(contentsOfFile: try bench.tiny(), encoding: .utf8)
      .replacing("replications: 3", with: "replications: 10")
    try FileManager.default.createDirectory(atPath: bench("policies"), withIntermediateDirectories: true)
    let policy = try bench.file("policies/tiny.yaml", text)
    _ = try bench.file("gate.yaml", "tolerance: 2 %\nexpect:\n  - by class: p95(downtime) < 2 h\n")
    let save = try await Program.run("baseline", "save", policy, "--baseline", bench("baselines"))
    #expect(save.status == 0, "\(save.errors)")

    let same = try await job()
    #expect(same.status == 0, "\(same.said)")
    #expect(try bench.text("step-summary.md").contains("nothing changed"))

    _ = try bench.file("policies/tiny.yaml", text.replacing("chain: [warm, cold]", with: "chain: [cold]"))
    let worse = try await job()
    #expect(worse.status == 2, "\(worse.said)")
    #expect(worse.said.contains("::error file=policies/tiny.yaml,line=1,title=tiny is worse::"))
    #expect(try bench.text("step-summary.md").contains("| all VMs | downtime per move |"))
    #expect(try bench.text("fleetshift.xml").contains("<failure type=\"worse\""))

    _ = try bench.file("policies/tiny.yaml", text.replacing("horizon: 20 d", with: "horizon: 20 m"))
    let broken = try await job()
    #expect(broken.status == 65 && broken.said.contains("::error"), "\(broken.said)")
  }
}
