import Foundation

/// The targets of `Package.swift` and the targets that each may use, as they are written there.
struct Manifest {
  private(set) var dependencies: [String: Set<String>] = [:]

  init(_ text: String) {
    let start = text.firstRange(of: "  targets: [\n")?.upperBound ?? text.startIndex
    // A target is a call that begins a line of the list and ends before the next one.
    let calls = text[start...].split(separator: /\n    (?=floor\(|tests\(|\.[a-zA-Z]+\()/)
    for call in calls {
      let strings = call.matches(of: /"([^"]+)"/).map { String($0.1) }
      guard let name = strings.first else { continue }
      let isTest = call.trimmingPrefix(/\s*/).hasPrefix("tests(")
      // Names of folders, libraries and packages are no targets, so nothing depends on them in turn.
      dependencies[isTest ? name + "Tests" : name] = Set(strings.dropFirst()).union(isTest ? [name] : [])
    }
  }

  static func read() throws -> Manifest {
    Manifest(
      try String(contentsOf: FloorsTests.root.appendingPathComponent("Package.swift"), encoding: .utf8))
  }

  /// All that is linked with a target.
  func closure(of target: String) -> Set<String> {
    var (found, next) = (Set<String>(), [target])
    while let name = next.popLast() {
      for dependency in dependencies[name] ?? [] where found.insert(dependency).inserted {
        next.append(dependency)
      }
    }
    return found
  }
}
