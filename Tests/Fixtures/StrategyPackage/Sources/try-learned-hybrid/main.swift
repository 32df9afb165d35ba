import FleetExperiments
import FleetReports
import LearnedHybrid
import ScenarioFormat

let path = CommandLine.arguments.dropFirst().first ?? "Scenarios/drain-grace.yaml"
do {
  let shipped = try ScenarioFile(path: path).checked()
  let learned = try await SwitchOverPoint.learn(from: shipped, replications: 2)
  let mine = PlugIns(
    strategies: [LearnedHybrid(learned: learned)],
    rules: [WithinReach(rate: .mebibytesPerSecond(400), within: .minutes(20))], scores: [HalfFull()])
  let hybrid = ScenarioFile.Setting("demand.*.chain", "[learned-hybrid, cold]")
  let rule = ScenarioFile.Setting("policy", "{ rules: [opt-out, cpu: superset, within-reach] }")
  let score = ScenarioFile.Setting("placement", "{ scores: { half-full: 1 } }")
  let sides = try [
    ("as-shipped", []), ("hybrid", [hybrid]), ("with-rule", [hybrid, rule]), ("with-score", [hybrid, score]),
  ]
  .map { (name: $0, scenario: try ScenarioFile(path: path, settings: $1, plugIns: mine).checked()) }
  print("\(learned)\n")
  print(ComparisonReport.text(try await .simulating(sides, replications: 5, threads: 2)))
} catch {
  print("try-learned-hybrid: \(error)")
}
