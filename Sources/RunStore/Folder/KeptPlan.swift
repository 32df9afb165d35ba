internal import Foundation

extension RunFolder {
  /// What was begun is gone on with, or taken away by whoever began it.
  func refuseUnfinished(in folder: String) throws(RunStoreError) {
    guard RunFolder.holdsRun(folder),
      !FileManager.default.fileExists(atPath: folder + "/" + RunFolder.summaryName)
    else { return }
    let isSweep = RunFolder.plan(in: folder)?.isSweep ?? manifest.isSweep
    throw RunStoreError(
      .incomplete, "'\(folder)' holds a \(isSweep ? "sweep" : "run") that is not finished",
      remedy: "go on with `\(RunFolder.continuation(of: folder, isSweep: isSweep))`, or remove the folder")
  }

  /// The scenario's file as it was given to the run that is kept in a folder; `nil` where none is.
  package static func scenarioFile(in folder: String) -> String? {
    plan(in: folder)?.scenario.file
  }

  private static func plan(in folder: String) -> RunManifest? {
    FileManager.default.contents(atPath: folder + "/" + manifestName)
      .flatMap { try? JSONDecoder().decode(RunManifest.self, from: $0) }
  }

  /// What goes on with an unfinished run or sweep.
  static func continuation(of folder: String, isSweep: Bool) -> String {
    isSweep ? "fleetshift sweep run \(folder)" : "fleetshift run --resume --out \(folder)"
  }

  /// A kept result is replaced by a newer one of the same plan, never by one of something else.
  func refuseOther(than manifest: RunManifest, in folder: String) throws(RunStoreError) {
    guard RunFolder.holdsRun(folder) else { return }
    guard let kept = RunFolder.plan(in: folder), kept.isSound
    else {
      throw RunStoreError(
        .incomparable, "'\(folder)' holds a run that this version cannot read, or that was edited",
        remedy: "name another folder, or remove that one")
    }
    guard kept.plan != manifest.plan else { return }
    throw RunStoreError(
      .incomparable,
      "'\(folder)' holds \(kept.words), which is another one: \(manifest.differences(from: kept).joined(separator: ", "))",
      remedy: "name another folder, or remove that one")
  }
}

extension RunManifest {
  /// What it is of.
  fileprivate var words: String {
    (isSweep ? "a sweep" : "a run") + " of '\(scenario.name)'" + (variant.map { ", variant '\($0)'" } ?? "")
  }

  /// What makes a kept run another plan than this.
  fileprivate func differences(from kept: RunManifest) -> [String] {
    var found: [String] = []
    func hold(_ isSame: Bool, _ words: String) { if !isSame { found.append(words) } }
    hold(isSweep == kept.isSweep, "it is \(kept.isSweep ? "a" : "no") sweep")
    hold(scenario.hash == kept.scenario.hash, "the text of its scenario is another")
    hold(variant == kept.variant, "its variant is \(kept.variant ?? "base")")
    hold(settings == kept.settings, "its settings are \(kept.settingWords)")
    hold(seed == kept.seed, "its seed is \(kept.seed)")
    hold(until == kept.until, "it \(kept.until == nil ? "has no" : "has another") rule for when to stop")
    if until == nil, kept.until == nil {
      hold(replications == kept.replications, "it has \(kept.replications) replications")
    }
    hold(record == kept.record, "it holds \(kept.record.rawValue) of each replication")
    if isSweep, kept.isSweep {
      hold((design, factors, points) == (kept.design, kept.factors, kept.points), "its points are others")
    }
    hold(tool == kept.tool, "it was made by version \(kept.tool)")
    return found.isEmpty ? ["its plan is \(kept.plan)"] : found
  }

  private var settingWords: String {
    settings.isEmpty ? "none" : settings.map { "\($0.path)=\($0.value)" }.joined(separator: " ")
  }
}
