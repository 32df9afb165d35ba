internal import FleetExperiments
public import MigrationPhysics

/// A profile of a rig, read and checked as a whole.
///
///     profile: qemu-tcg
///     source: 73 migrations measured on it
///     constants:
///       setup: 0.005               # seconds
///     standard-errors:
///       setup: 0.001
public struct ProfileFile: CheckedFile, Sendable {
  /// Nil if anything was wrong.
  public private(set) var profile: RigProfile?
  public private(set) var findings: FileFindings

  public init(path: String) {
    findings = FileFindings(path: path)
    read()
  }

  public init(text: String, name: String) {
    findings = FileFindings(text: text, name: name)
    read()
  }

  private mutating func read() {
    guard let document = findings.document(start: "start from one of Scenarios/profiles") else { return }
    guard let entries = document.entries else {
      findings.diagnostics.add(
        .wrongType, at: document.origin, "a profile is a mapping, found \(document.words)",
        remedy: "see Scenarios/profiles for the form")
      return
    }
    for entry in entries where !["profile", "source", "constants", "standard-errors"].contains(entry.key) {
      findings.diagnostics.add(
        .unknownKey, at: entry.keyOrigin, "unknown key \(quoted(entry.key)) in a profile",
        remedy: suggestion(
          for: entry.key, among: ["profile", "source", "constants", "standard-errors"],
          called: "the keys here"))
    }
    guard case .text(let name)? = document["profile"]?.meaning else {
      findings.diagnostics.add(
        .missingKey, at: document["profile"]?.origin ?? document.origin, "the profile has no name",
        remedy: "add 'profile: my-rig'")
      return
    }
    var words = ""
    if case .text(let text)? = document["source"]?.meaning { words = text }
    var profile = RigProfile(name: name, source: words)
    guard let constants = document["constants"] else {
      findings.diagnostics.add(
        .missingKey, at: document.origin, "the profile has no constants",
        remedy: "add 'constants:' with one line each; what is left out is as in an ideal world")
      return
    }
    for (constant, value) in numbers(constants) { profile[constant] = value }
    if let errors = document["standard-errors"] {
      for (constant, value) in numbers(errors) { profile.setStandardError(value, of: constant) }
    }
    if !hasErrors { self.profile = profile }
  }

  /// The constants of a mapping with their numbers.
  private mutating func numbers(_ node: LocatedNode) -> [(RigConstant, Double)] {
    guard let entries = node.entries else {
      findings.diagnostics.add(
        .wrongType, at: node.origin, "expected constants with their numbers, found \(node.words)",
        remedy: "write each on a line of its own, such as 'setup: 0.005'")
      return []
    }
    return entries.compactMap { entry in
      guard let constant = RigConstant(rawValue: entry.key) else {
        findings.diagnostics.add(
          .unknownName, at: entry.keyOrigin, "no constant is called \(quoted(entry.key))",
          remedy: suggestion(
            for: entry.key, among: RigConstant.allCases.map(\.rawValue), called: "the constants"))
        return nil
      }
      let unit = constant.meaning.unit.rawValue
      switch entry.value.meaning {
      case .number(let value) where value >= 0: return (constant, value)
      case .integer(let digits):
        if let value = Double(digits), value >= 0, value.isFinite { return (constant, value) }
      case .notFinite:
        if case .scalar(let text, _) = entry.value.content, text.lowercased().hasSuffix(".inf"),
          !text.hasPrefix("-")
        {
          return (constant, .infinity)
        }
      case .number, .text, .boolean, .null, nil: break
      }
      findings.diagnostics.add(
        .wrongType, at: entry.value.origin,
        "expected a number of \(unit) that is not negative, found \(entry.value.words)",
        remedy: "\(constant.rawValue): \(constant.meaning.doc)")
      return nil
    }
  }
}
