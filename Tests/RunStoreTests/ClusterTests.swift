import Foundation
import TestTools
import Testing
import Yams

@testable import RunStore

@Suite struct ClusterTests {
  @Test(
    "the index of a task, from whichever scheduler runs it",
    arguments: [
      (["SLURM_ARRAY_TASK_ID": "17"], 17), (["JOB_COMPLETION_INDEX": "0"], 0),
      (["AWS_BATCH_JOB_ARRAY_INDEX": "9"], 9), (["HOME": "/"], nil),
      (["SLURM_ARRAY_TASK_ID": "3", "JOB_COMPLETION_INDEX": "3"], 3),
    ] as [([String: String], Int?)])
  func index(environment: [String: String], expected: Int?) throws {
    #expect(try ShardIndex.read(environment) == expected)
  }

  @Test("what is no index, or two different ones, is refused") func badIndex() {
    for environment in [
      ["SLURM_ARRAY_TASK_ID": "x"], ["JOB_COMPLETION_INDEX": "-1"],
      ["SLURM_ARRAY_TASK_ID": "3", "AWS_BATCH_JOB_ARRAY_INDEX": "4"],
    ] { #expect(throws: RunStoreError.self) { try ShardIndex.read(environment) } }
  }

  @Test(
    "indices as schedulers write them",
    arguments: [([], ""), ([3], "3"), ([0, 1, 2], "0-2"), ([0, 2, 3, 9], "0,2-3,9")] as [([Int], String)])
  func expression(indices: [Int], text: String) { #expect(ShardIndex.expression(indices) == text) }

  @Test("shards take as long as they should, and are never more than a thousand") func sizing() throws {
    let manifest = try Tiny.manifest(replications: 1000, over: ["limits.host-out=1,2,3,4"])
    #expect(ShardSizing(manifest, seconds: 9).shards == 40)
    #expect(ShardSizing(manifest, seconds: 9).secondsPerShard == 900)
    #expect(ShardSizing(manifest, seconds: 1e-6).shards == 1)
    #expect(ShardSizing(manifest, seconds: 3600).shards == 1000)
    #expect(ShardSizing(manifest, seconds: 3600).secondsPerShard == 14_400)
    #expect(ShardSizing(try Tiny.manifest(replications: 3), seconds: 1e6).shards == 3)
  }

  private func array(_ missing: [Int]) -> SlurmArray {
    SlurmArray(
      name: "Year 1!", program: "/opt/it's/fleetshift", folder: "/data/my sweep", shards: 20,
      missing: missing,
      mostAtOnce: 2, secondsPerShard: 1200, options: ["--partition=long"])
  }

  @Test("the script of a job array is one that bash reads, with the shards that are missing") func slurm()
    throws
  {
    let script = array([0, 1, 2, 7]).script
    for line in [
      "#SBATCH --array=0-2,7%2", "#SBATCH --requeue", "#SBATCH --time=80", "#SBATCH --partition=long",
      "#SBATCH --job-name=fleetshift-year-1",
    ] { #expect(script.contains(line + "\n"), "\(line)") }
    #expect(script.contains("'/opt/it'\\''s/fleetshift' sweep shard '/data/my sweep' --of 20"))
    let (status, words) = try ChildProcess.run(["/bin/bash", "-n", "-c", script])
    #expect(status == 0, "\(words)")
  }

  @Test(
    "a task is tried again where that may help, and only there",
    arguments: [(0, 1), (3, 3), (74, 3), (137, 3), (5, 1), (64, 1), (65, 1), (66, 1)])
  func tries(status: Int, expected: Int) throws {
    let bench = try Workbench()
    let program = bench("program")
    try "#!/bin/bash\necho x >> '\(bench("tries"))'\nexit \(status)\n".write(
      toFile: program, atomically: true, encoding: .utf8)
    chmod(program, 0o755)
    var array = array([0])
    (array.program, array.folder) = (program, bench.path)
    let script = array.script.replacing("sleep $((try * 2))", with: "true")
    let (ended, _) = try ChildProcess.run(["/bin/bash", "-c", script])
    #expect(Int(ended) == status)
    #expect(try bench.text("tries").count == 2 * expected)
  }

  @Test("the job for Kubernetes is YAML with the fields that make an indexed job") func kubernetes() throws {
    let job = KubernetesJob(
      name: "Akamai warm: year", image: "registry/fleet:1", claim: "sweeps \"x\"", folder: "a b", shards: 20,
      mostAtOnce: 50, memory: "2Gi")
    let root = try #require(try Yams.load(yaml: job.manifest) as? [String: Any])
    #expect(root["apiVersion"] as? String == "batch/v1" && root["kind"] as? String == "Job")
    #expect((root["metadata"] as? [String: Any])?["name"] as? String == "fleetshift-akamai-warm--year")
    let spec = try #require(root["spec"] as? [String: Any])
    #expect(spec["completionMode"] as? String == "Indexed")
    #expect(spec["completions"] as? Int == 20 && spec["parallelism"] as? Int == 20)
    #expect(spec["backoffLimitPerIndex"] as? Int == 3 && spec["maxFailedIndexes"] as? Int == 20)
    let rules = try #require((spec["podFailurePolicy"] as? [String: Any])?["rules"] as? [[String: Any]])
    #expect(rules.map { $0["action"] as? String } == ["Ignore", "FailIndex"])
    #expect((rules[1]["onExitCodes"] as? [String: Any])?["values"] as? [Int] == [5, 64, 65, 66])
    let pod = try #require((spec["template"] as? [String: Any])?["spec"] as? [String: Any])
    #expect(pod["restartPolicy"] as? String == "Never")
    let container = try #require((pod["containers"] as? [[String: Any]])?.first)
    #expect(container["image"] as? String == "registry/fleet:1")
    #expect(
      container["command"] as? [String] == ["fleetshift", "sweep", "shard", "/sweeps/a b", "--of", "20"])
    let volume = try #require((pod["volumes"] as? [[String: Any]])?.first)
    #expect((volume["persistentVolumeClaim"] as? [String: Any])?["claimName"] as? String == "sweeps \"x\"")
  }
}
