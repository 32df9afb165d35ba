internal import Foundation

/// The Vega libraries as one script, which the set-up fetches (`make assets`) and no build holds.
enum VegaBundle {
  static let name = "vega-bundle.js"

  /// Where it may be: the folder that `FLEETSHIFT_ASSETS` names; `share/fleetshift` beside the `bin` that the program was
  /// installed into; the `assets` of the folder that it was built in.
  static var places: [String] {
    if let folder = ProcessInfo.processInfo.environment["FLEETSHIFT_ASSETS"], !folder.isEmpty {
      return [folder + "/" + name]
    }
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      return []
    }
    let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    return ["../share/fleetshift", "../../assets"].map {
      folder.appendingPathComponent($0).appendingPathComponent(name).standardizedFileURL.path
    }
  }

  /// The script; `nil` where it is in none of the places. One that could end its element is refused.
  static func read() -> String? {
    for place in places {
      guard let data = FileManager.default.contents(atPath: place) else { continue }
      let script = String(decoding: data, as: UTF8.self)
      guard !script.lowercased().contains("</script"), !script.contains("<!--") else {
        Streams.say(
          "fleetshift: '\(place)' holds text that would break the page, so the charts are left out.")
        return nil
      }
      return script
    }
    return nil
  }
}
