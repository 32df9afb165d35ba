/// What a sweep varies: a place in the scenario, and what is to stand there.
///
/// ```
/// limits.host-out=1,2,4                     these values
/// demand.drain.chain=[warm, cold],[cold]    brackets, braces and quotes keep commas together
/// fleet.vms.count=40..80                    whole numbers; a grid takes each of them
/// network.nic=1..25 Gbit/s/8                a range in 8 steps, which is 9 values for a grid
/// ```
public struct SweepFactor: Hashable, Codable, Sendable {
  public var path: String
  public var levels: Levels

  public enum Levels: Hashable, Codable, Sendable {
    case list([String])
    case range(SweepRange)
  }

  public init(path: String, levels: Levels) {
    self.path = path
    self.levels = levels
  }

  /// What is the sweep's and not a point's, for every point is to meet the same chance: the options that say it.
  private static let options = [
    "seed": "--seed", "replications": "--replications", "\"seed\"": "--seed",
    "\"replications\"": "--replications",
  ]

  /// Reads `PATH=VALUES`.
  public init(parsing text: String) throws(SweepError) {
    let example = "write it like limits.host-out=1,2,4 or vms.count=40..80"
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
      throw SweepError("'\(text)' does not say what is varied", remedy: example)
    }
    path = String(text[..<sign])
    if let option = SweepFactor.options[path] {
      throw SweepError(
        "'\(path)' cannot be varied: it is one for all points of a sweep",
        remedy: "say it once for all, with \(option)")
    }
    let parts = try SweepFactor.split(String(text[text.index(after: sign)...]))
    guard !parts.isEmpty, !parts.contains("") else {
      throw SweepError("'\(path)' lacks a value", remedy: example)
    }
    if parts.count == 1, let range = try SweepRange(parsing: parts[0], of: path) {
      levels = .range(range)
      return
    }
    for (index, part) in parts.enumerated() where parts[..<index].contains(part) {
      throw SweepError("'\(path)' has the value \(part) twice", remedy: "write each once")
    }
    levels = .list(parts)
  }

  /// The values that a grid takes.
  public func gridValues() throws(SweepError) -> [String] {
    switch levels {
    case .list(let values): values
    case .range(let range): try range.gridValues(of: path)
    }
  }

  /// The value at a place between 0 and 1: of a list the one whose turn it is, all being as likely.
  public func value(at share: Double) -> String {
    switch levels {
    case .list(let values): values[min(Int(share * Double(values.count)), values.count - 1)]
    case .range(let range): range.value(at: share)
    }
  }

  /// The parts between commas that no bracket or quote encloses, without blanks around them.
  private static func split(_ text: String) throws(SweepError) -> [String] {
    var (parts, depth, quote) = ([""], 0, Character?.none)
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if "[{(".contains(character) {
        depth += 1
      } else if "]})".contains(character) {
        depth -= 1
      } else if character == ",", depth == 0 {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    guard depth == 0, quote == nil else {
      throw SweepError("a bracket or quote in '\(text)' has no partner", remedy: "close it")
    }
    return parts.map { part in
      let start = part.drop { $0 == " " }
      return String(start.prefix(start.count - start.reversed().prefix { $0 == " " }.count))
    }
  }
}
