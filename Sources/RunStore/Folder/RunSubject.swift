internal import Foundation

/// What a run is of: a result is replaced by a newer one of the same, never by one of something else.
struct RunSubject: Hashable {
  var scenario: String
  var variant: String?
  var isSweep: Bool

  init(_ manifest: RunManifest) {
    (scenario, variant, isSweep) = (manifest.scenario.name, manifest.variant, manifest.isSweep)
  }

  /// That of the run in a folder; `nil` where there is none that can be read.
  init?(of folder: String) {
    guard let data = FileManager.default.contents(atPath: folder + "/" + RunFolder.manifestName),
      let manifest = try? JSONDecoder().decode(RunManifest.self, from: data)
    else { return nil }
    self.init(manifest)
  }

  var words: String {
    (isSweep ? "a sweep" : "a run") + " of '\(scenario)'" + (variant.map { ", variant '\($0)'" } ?? "")
  }
}
