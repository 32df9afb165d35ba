internal import CBuild

/// What this program is. Results and run folders name `text` alone: they do not depend on who built it when.
enum Version {
  static let text = "0.1.0"

  /// For `--version`: also the commit, and how it was built.
  static var full: String {
    let commit = String(cString: fleetshift_commit())
    return "\(text) (\(commit.isEmpty ? "commit unknown" : "commit \(commit)"), \(configuration) build)"
  }

  private static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}
