public import FleetExperiments
public import MigrationPhysics

/// A profile as a YAML file that `ProfileFile` reads.
public enum ProfileText {
  /// - Parameters:
  ///   - profile: the constants, and where they are from.
  ///   - comment: lines for the head of the file, without the '#'.
  public static func yaml(_ profile: RigProfile, comment: [String] = []) -> String {
    var text = comment.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
    let ideal = RigProfile(name: "")
    text += "profile: \(scalar(profile.name))\nsource: \(scalar(profile.source))\nconstants:\n"
    let shown = RigConstant.allCases.filter { profile[$0] != ideal[$0] }
    for constant in shown {
      let line = "  \(constant.rawValue): \(number(profile[constant]))"
      text += line + padding(line) + "# \(constant.meaning.unit.rawValue). \(constant.meaning.doc)\n"
    }
    let known = RigConstant.allCases.filter { profile.standardError(of: $0) != nil }
    guard !known.isEmpty else { return text }
    text += "standard-errors:\n"
    for constant in known {
      text += "  \(constant.rawValue): \(number(profile.standardError(of: constant) ?? 0))\n"
    }
    return text
  }

  /// What a fitted profile begins with, as a comment.
  public static let mark = "Fitted by 'fleetshift fit'."

  /// The head of a profile that was fitted: how well it fits.
  public static func comment(_ fit: ProfileFit) -> [String] {
    var lines = [
      "\(mark) What it leaves, as a robust standard deviation of the relative error:"
    ]
    for figure in FidelityFigure.allCases {
      guard let scatter = fit.scatter[figure] else { continue }
      lines.append("  \(figure.rawValue): \(number((scatter * 1000).rounded() / 10)) %")
    }
    lines.append(
      "\(fit.downWeighted) of \(fit.figures) figures are so far off that they counted for less than half.")
    let driven = fit.constants.filter(\.isDriven).map(\.constant.rawValue)
    if !driven.isEmpty {
      lines.append("Driven away from the start until they had no bearing any more, and not told:")
      lines += wrapped(driven)
    }
    let untold = fit.constants.filter { $0.standardError == nil && !$0.isDriven }.map(\.constant.rawValue)
    if !untold.isEmpty {
      lines.append("Not told by the migrations, and left as they were:")
      lines += wrapped(untold)
    }
    return lines
  }

  private static func wrapped(_ names: [String]) -> [String] {
    var lines: [String] = []
    for name in names {
      if let last = lines.last, last.count + name.count < 100 {
        lines[lines.count - 1] = last + ", " + name
      } else {
        lines.append("  " + name)
      }
    }
    return lines
  }

  private static func padding(_ line: String) -> String {
    String(repeating: " ", count: max(1, 36 - line.count))
  }

  /// Seven significant digits, which is far beyond any standard error.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return ".inf" }
    guard value != 0 else { return "0" }
    var magnitude = 0
    var scaled = abs(value)
    while scaled >= 1e7 { (scaled, magnitude) = (scaled / 10, magnitude + 1) }
    while scaled < 1e6 { (scaled, magnitude) = (scaled * 10, magnitude - 1) }
    let digits = scaled.rounded()
    // Dividing by a whole power of ten rounds once, so the shortest text of it has these digits only.
    var power = 1.0
    for _ in 0..<abs(magnitude) { power *= 10 }
    let rounded = magnitude >= 0 ? digits * power : digits / power
    return shortest(value < 0 ? -rounded : rounded)
  }

  /// In quotes unless it is plain words.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_. /,()".contains($0)) }
      && text.first?.isLetter == true && text.last != " "
    let escaped = text.map { character -> String in
      switch character {
      case "\"", "\\": "\\\(character)"
      case _ where character.isNewline: " "
      default: String(character)
      }
    }
    return isPlain ? text : "\"" + escaped.joined() + "\""
  }
}
