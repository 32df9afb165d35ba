import Foundation
import TestTools
import Testing

@Suite struct SweepTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  private let over = [
    "--over", "limits.host-out=1,2,4", "--over", "fleet.vms.count=20..24/2", "--replications", "4",
  ]

  private func plan(_ folder: String) async throws -> String {
    let path = try bench.tiny()
    let result = try await Program.run(Program.path, ["sweep", "plan", path, "-o", bench(folder)] + over)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("9 points x 4 replications"))
    return bench(folder)
  }

  @Test("in one go: a table of points, what they hang on, and the same as JSON and CSV") func once()
    async throws
  {
    let path = try bench.tiny()
    let before = try bench.contents
    let text = try await Program.run(Program.path, ["sweep", path] + over)
    #expect(text.status == 0, "\(text.errors)")
    for words in ["9 points (grid)", "limits.host-out", "p95(downtime)", "±", "with interactions"] {
      #expect(text.output.contains(words), "\(words)")
    }
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 110 })
    let csv = try await Program.run(
      Program.path, ["sweep", path, "--format", "csv", "--metric", "total(moves)"] + over)
    #expect(csv.output.split(separator: "\n").count == 10)
    #expect(
      csv.output.hasPrefix(
        "point,limits.host-out,fleet.vms.count,total(moves),total(moves) low,total(moves) high,"
          + "total(moves) replications\n0,1,20,"))
    let json = try await Program.run(Program.path, ["sweep", path, "--format", "json"] + over)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "fleetshift.sweep/1")
    #expect((object["points"] as? [Any])?.count == 9)
    #expect((object["effects"] as? [[String: Any]])?.isEmpty == false)
    #expect(try bench.contents == before)
  }

  @Test("1, 7 and 20 shards, by hand or by a scheduler's variable, merge to the same bytes") func shards()
    async throws
  {
    var texts: [String] = []
    for count in [1, 7, 20] {
      let folder = try await plan("sweep-\(count)")
      #expect(try await Program.run("sweep", "status", folder).status == 3)
      #expect(try await Program.run("sweep", "merge", folder).status == 3)
      for index in 0..<count {
        let variable = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"][index % 3]
        let result = try await Program.run(
          "sweep", "shard", folder, "--of", "\(count)", environment: [variable: "\(count - 1 - index)"])
        #expect(result.status == 0 && result.output.isEmpty, "\(result)")
        if count == 7, index == 2 {
          #expect(try await Program.run("sweep", "missing", folder, "--of", "7").output == "0-3\n")
        }
      }
      let merged = try await Program.run("sweep", "merge", folder)
      #expect(merged.status == 0, "\(merged.errors)")
      texts.append(
        try merged.output + bench.text("sweep-\(count)/summary.json")
          + bench.text("sweep-\(count)/replications.csv"))
      #expect(try await Program.run("sweep", "status", folder).status == 0)
      #expect(try await Program.run("sweep", "missing", folder).output.isEmpty)
    }
    #expect(texts[0] == texts[1] && texts[0] == texts[2])
  }

  @Test("killed again and again, `sweep run` goes on to the same bytes") func kills() async throws {
    let path = try bench.tiny()
    let options = ["--over", "limits.host-out=1..4", "--replications", "15", "--shards", "3"]
    let whole = try await Program.run(Program.path, ["sweep", path, "-o", bench("whole")] + options)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(
      try await Program.run(Program.path, ["sweep", "plan", path, "-o", bench("killed")] + options).status
        == 0)
    var kills = 0
    for attempt in 0..<100 {
      let after = 0.1 + 0.05 * Double(attempt)
      let result = try await Program.run(
        "sweep", "run", bench("killed"), "--threads", "2",
        signal: kills < 4 ? Program.Signal(SIGKILL, after: after) : nil)
      guard result.status != 0 else {
        #expect(result.output == whole.output)
        break
      }
      #expect(result.status == -SIGKILL, "\(result.errors)")
      kills += 1
    }
    for name in ["manifest.json", "summary.json", "summary.md", "replications.csv"] {
      #expect(try bench.text("killed/\(name)") == (try bench.text("whole/\(name)")), "\(name)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench("killed/shards")).sorted()
        == (try FileManager.default.contentsOfDirectory(atPath: bench("whole/shards")).sorted()))
  }

  @Test("a break-even is searched for in the words of expectations") func solve() async throws {
    let path = try bench.tiny()
    let found = try await Program.run(
      "sweep", path, "--solve", "total(moves) = 40", "--by", "fleet.vms.count", "--from", "12", "--to", "60")
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("Break-even lies at about fleet.vms.count "), "\(found.output)")
    let nowhere = try await Program.run(
      "sweep", path, "--solve", "total(moves) = 1000000", "--by", "fleet.vms.count", "--from", "12", "--to",
      "24")
    #expect(nowhere.status == 64 && nowhere.errors.contains("crossed nowhere"), "\(nowhere.errors)")
  }

  @Test(
    "what is wrong with a sweep is said once, with a remedy",
    arguments: [
      (["--over", "limits.host-out"], 64, "does not say what is varied"),
      (["--over", "limits.hostout=1,2"], 65, "did you mean"),
      (["--over", "limits.host-out=1,x"], 65, "--over limits.host-out"),
      (["--over", "limits.host-out=1,2", "--metric", "p95(downtme)"], 64, "did you mean downtime?"),
      (["--over", "limits.host-out=1,2", "--design", "lhs"], 64, "how many points"),
      (
        ["--solve", "p95(downtime) = 3 GB", "--by", "a", "--from", "1", "--to", "2"], 64,
        "a time is compared with"
      ),
      (
        ["--solve", "p95(downtime) = 3 s", "--by", "limits.hostout", "--from", "1", "--to", "2"], 65,
        "did you mean"
      ),
      (["--solve", "p95(downtime) = 3 s"], 64, "--by PATH"), ([], 64, "Say what is varied"),
    ] as [([String], Int32, String)])
  func mistakes(options: [String], status: Int32, words: String) async throws {
    let result = try await Program.run(Program.path, ["sweep", try bench.tiny()] + options)
    #expect(result.status == status, "\(result)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test("folders that are no sweep, and shards that are none") func folders() async throws {
    let folder = try await plan("sweep")
    #expect(try await Program.run("run", try bench.tiny(), "--out", bench("run")).status == 0)
    #expect(try await Program.run("sweep", "status", bench("run")).status == 5)
    #expect(try await Program.run("sweep", "status", bench("nowhere")).status == 66)
    #expect(try await Program.run("sweep", "shard", folder).status == 64)
    #expect(try await Program.run("sweep", "shard", folder, "--index", "9", "--of", "9").status == 64)
    #expect(try await Program.run("sweep", "shard", folder, "--index", "0", "--of", "37").status == 64)
    let bad = try await Program.run("sweep", "shard", folder, environment: ["SLURM_ARRAY_TASK_ID": "one"])
    #expect(bad.status == 65 && bad.errors.contains("is no index"))
    let again = try await Program.run(
      Program.path, ["sweep", "plan", bench("tiny.yaml"), "-o", folder] + over)
    #expect(again.status == 3 && again.errors.contains("not finished"))
  }

  @Test("what would be submitted can be looked at, and nothing is") func submit() async throws {
    let folder = try await plan("sweep")
    let before = try FileManager.default.contentsOfDirectory(atPath: folder)
    let slurm = try await Program.run("sweep", "submit", folder, "--slurm", "--dry-run", "--shards", "6")
    #expect(slurm.status == 0 && slurm.output.contains("#SBATCH --array=0-5\n"), "\(slurm)")
    #expect(slurm.output.contains("sweep shard '\(folder)' --of 6"))
    let job = try await Program.run(
      "sweep", "submit", folder, "--kubernetes", "--dry-run", "--image", "i", "--claim", "c", "--shards", "6")
    #expect(job.status == 0 && job.output.contains("completions: 6\n"))
    #expect(try await Program.run("sweep", "submit", folder, "--kubernetes").status == 64)
    #expect(try await Program.run("sweep", "submit", folder).status == 64)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == before)
  }
}
