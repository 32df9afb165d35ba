import FleetExperiments
import FleetSimulation
import Foundation
import ScenarioFormat

let file = ScenarioFile(path: CommandLine.arguments[1])
print(file.problems)
guard let scenario = file.scenario(variant: CommandLine.arguments.count > 2 ? (CommandLine.arguments[2] == "-" ? nil : CommandLine.arguments[2]) : nil) else { exit(65) }
let progress = StudyProgress()
let start = Date()
let ledgers = try await Study([scenario], replications: CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3])! : 1, threads: 2).run(progress: progress)!
print("wall", Date().timeIntervalSince(start), ledgers[0].map(\.events))
let result = StudyResult(scenario, ledgers[0])
let e = JSONEncoder(); e.outputFormatting = [.prettyPrinted, .sortedKeys]
var r = result; r.byClass = NamedGroups([])
print(String(data: try e.encode(r), encoding: .utf8)!)
