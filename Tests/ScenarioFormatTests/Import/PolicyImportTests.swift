import CutoverCore
import FleetSimulation
import Foundation
import MigrationPolicy
import MigrationStrategies
import Quantities
import Testing

@testable import ScenarioFormat

@Suite("Policies of other systems, imported") struct PolicyImportTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fixtures/Import").standardizedFileURL

  private func read(_ system: PolicyImport.System, _ name: String, policy: String? = nil) throws -> String {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let read = PolicyImport(system, text: text, name: name, policy: policy)
    #expect(!read.hasProblems, "\(read.problems)")
    return try #require(read.fragment)
  }

  /// Puts a fragment into a scenario, which must take it.
  private func scenario(with fragment: String) throws -> Scenario {
    let file = ScenarioFile(
      text: """
        scenario: imported
        horizon: 10 d
        fleet:
          sites:
            - name: here
              hosts: { count: 4, memory: 64 GiB }
          vms: { count: 8, flavor: linode-2gb }
        demand:
          - drain: { chain: [live, cold] }

        """ + fragment, name: "imported.yaml")
    #expect(!file.hasProblems, "\(file.problems)")
    return try #require(file.scenario(variant: nil))
  }

  private func steering(of scenario: Scenario) -> (any LiveSteering)? {
    (scenario.strategies["live"] as? Live)?.steering
  }

  @Test(
    "what is printed",
    arguments: [
      ("kubevirt.yaml", PolicyImport.System.kubevirt, nil), ("hyperconverged.yaml", .kubevirt, nil),
      ("nova.conf", .nova, nil), ("ovirt.json", .ovirt, "Post-copy migration"),
    ] as [(String, PolicyImport.System, String?)])
  func printed(_ name: String, _ system: PolicyImport.System, _ policy: String?) throws {
    let expected = try String(
      contentsOf: Self.folder.appendingPathComponent("Expected/\(name).txt"), encoding: .utf8)
    #expect(try read(system, name, policy: policy) == expected)
  }

  @Test("KubeVirt's settings mean the same in a scenario") func kubeVirt() throws {
    let scenario = try scenario(with: read(.kubevirt, "kubevirt.yaml"))
    #expect(
      scenario.limits.fleet == 10 && scenario.limits.hostOut == 1 && scenario.limits.hostIn == 1_000_000)
    #expect(scenario.limits.perMove == ByteRate(bytesPerSecond: 64 * 0x1p20))
    #expect(
      steering(of: scenario) as? KubeVirtSteering
        == KubeVirtSteering(
          completionTimeout: .seconds(20), allowsPostCopy: true, allowsDisruption: true,
          stall: StallDetection(margin: 0.05)))
  }

  @Test("Nova's settings mean the same in a scenario") func nova() throws {
    let scenario = try scenario(with: read(.nova, "nova.conf"))
    #expect(scenario.limits.hostOut == 1 && scenario.limits.perMove == .unlimited)
    #expect((scenario.strategies["cold"] as? Cold)?.shutdownPatience == .seconds(60))
    #expect(
      steering(of: scenario) as? NovaSteering
        == NovaSteering(
          downtime: .milliseconds(400), delay: .seconds(3), forcesCompletion: true, permitsPostCopy: true))
  }

  @Test("oVirt's shipped policies are the ones that ship here") func oVirt() throws {
    let minimal = try scenario(with: read(.ovirt, "ovirt.json", policy: "Minimal downtime"))
    #expect(steering(of: minimal) as? OVirtSteering == .minimalDowntime)
    let post = try scenario(with: read(.ovirt, "ovirt.json", policy: "Post-copy migration"))
    #expect(steering(of: post) as? OVirtSteering == .postCopy)
  }

  // MARK: - Traps

  private func fragment(_ system: PolicyImport.System, _ text: String) throws -> String {
    let read = PolicyImport(system, text: text, name: "some")
    #expect(!read.hasProblems, "\(read.problems)")
    return try #require(read.fragment)
  }

  private func timeOut(of fragment: String, memory: Bytes) throws -> Duration? {
    let course = try #require(steering(of: scenario(with: fragment))).course(
      for: MigrationRequest(
        guest: GuestFacts(memory: memory, diskVirtual: .zero, diskAllocated: .zero), disk: .shared))
    for rule in course.rounds.rules where rule.remedy == .abort {
      if case .elapsed(let time) = rule.when { return time }
    }
    return nil
  }

  @Test("KubeVirt's timeout per GiB counts decimal gigabytes") func gigabytes() throws {
    let text = "kind: MigrationPolicy\nspec: { completionTimeoutPerGiB: 100 }"
    // 8 GiB are 8.59 GB: nine.
    #expect(try timeOut(of: fragment(.kubevirt, text), memory: .gibibytes(8)) == .seconds(900))
  }

  @Test("Nova counts at least 2 GiB, and its delay is per GiB") func novaPerGiB() throws {
    let text = "[libvirt]\nlive_migration_completion_timeout = 100\nlive_migration_downtime_delay = 10"
    let fragment = try fragment(.nova, text)
    #expect(try timeOut(of: fragment, memory: .gibibytes(1)) == .seconds(200))
    #expect(try timeOut(of: fragment, memory: .gibibytes(8)) == .seconds(800))
    #expect(fragment.contains("delay-per-gib: 10 s"))
  }

  @Test("post-copy without a word on disruption brings disruption with it") func disruption() throws {
    let fragment = try fragment(.kubevirt, "kind: MigrationPolicy\nspec: { allowPostCopy: true }")
    #expect((try steering(of: scenario(with: fragment)) as? KubeVirtSteering)?.allowsDisruption == true)
  }

  @Test("a cap of 0 is none, and a policy says nothing of limits that are the cluster's") func caps() throws {
    let fragment = try fragment(.kubevirt, "kind: MigrationPolicy\nspec: { bandwidthPerMigration: 0 }")
    #expect(try scenario(with: fragment).limits.perMove == .unlimited)
    #expect(!fragment.contains("host-out"))
  }

  @Test("the last setting of a name counts, in its own section") func lastOne() throws {
    let fragment = try fragment(
      .nova,
      "[libvirt]\nlive_migration_downtime=200\nlive_migration_downtime: 300\n[other]\nlive_migration_downtime=900"
    )
    #expect(fragment.contains("downtime: 300 ms"))
  }

  // MARK: - Mistakes

  @Test(
    "mistakes are shown where they are",
    arguments: [
      (.kubevirt, "kind: Pod", "some:1:1", "this is a Pod"),
      (.kubevirt, "kind: KubeVirt\nspec: {}", "some:1:1", "without settings for migrations"),
      (
        .kubevirt, "kind: MigrationPolicy\nspec:\n  completionTimeoutPerGiB: soon", "some:3:28",
        "not a whole number"
      ),
      (
        .kubevirt, "kind: MigrationPolicy\nspec:\n  bandwidthPerMigration: 64Mb", "some:3:26",
        "not a quantity such as 64Mi"
      ),
      (
        .kubevirt, "kind: MigrationPolicy\nspec: { allowPostCopy: true, allowWorkloadDisruption: false }",
        "some:2:24", "never used"
      ),
      (.nova, "[libvirt]\nlive_migration_downtime = fast", "some:2:27", "not a whole number"),
      (.nova, "[libvirt]\nnonsense", "some:2:1", "'nonsense' is no setting"),
      (.nova, "[libvirt\n", "some:1:1", "does not end"),
      (.nova, "[libvirt]\nlive_migration_timeout_action = wait", "some:2:33", "one of abort, force_complete"),
      (.ovirt, "{\"name\": \"x\"}", "some:1:1", "no 'config'"),
      (
        .ovirt, "{\"config\": {\"lastItems\": [{\"action\": \"reboot\"}]}}", "some:1:38",
        "one of setDowntime, postcopy, abort"
      ),
      (.ovirt, "[{}, {}]", "some:1:1", "2 policies"),
    ] as [(PolicyImport.System, String, String, String)])
  func mistakes(_ system: PolicyImport.System, _ text: String, _ place: String, _ words: String) {
    let read = PolicyImport(system, text: text, name: "some")
    #expect(read.hasErrors && read.fragment == nil)
    #expect(read.problems.contains("\(place): error:") && read.problems.contains(words), "\(read.problems)")
  }
}
