internal import Quantities

/// One setting of another system's configuration, as it is written and where.
struct ForeignSetting: Sendable {
  let name: String
  let text: String
  let origin: Origin

  init(_ name: String, _ text: String, at origin: Origin) {
    self.name = name
    self.text = text
    self.origin = origin
  }

  /// A scalar of a YAML or JSON file; `nil`, with a complaint, for a list or a mapping.
  init?(_ entry: LocatedNode.Entry, into diagnostics: inout Diagnostics) {
    guard case .scalar(let text, _) = entry.value.content else {
      diagnostics.add(
        .wrongType, at: entry.value.origin, "'\(printable(entry.key))' is \(entry.value.words), not one value"
      )
      return nil
    }
    self.init(entry.key, text, at: entry.value.origin)
  }

  // MARK: - What it says

  func integer(in range: ClosedRange<Int>, into diagnostics: inout Diagnostics) -> Int? {
    guard let number = Int(text) else {
      complain(.wrongType, "a whole number", &diagnostics)
      return nil
    }
    guard range.contains(number) else {
      complain(.outOfRange, "a whole number from \(range.lowerBound) to \(range.upperBound)", &diagnostics)
      return nil
    }
    return number
  }

  func number(in range: ClosedRange<Double>, into diagnostics: inout Diagnostics) -> Double? {
    guard let number = Double(text), range.contains(number) else {
      complain(.outOfRange, "a number from \(range.lowerBound) to \(range.upperBound)", &diagnostics)
      return nil
    }
    return number
  }

  /// `true` and `false` in the spellings of YAML and of oslo.config.
  func boolean(into diagnostics: inout Diagnostics) -> Bool? {
    switch text.lowercased() {
    case "true", "1", "yes", "on", "t", "y": return true
    case "false", "0", "no", "off", "f", "n": return false
    default:
      complain(.wrongType, "true or false", &diagnostics)
      return nil
    }
  }

  func choice(of words: [String], into diagnostics: inout Diagnostics) -> String? {
    if words.contains(text) { return text }
    complain(.unknownName, "one of \(words.joined(separator: ", "))", &diagnostics)
    return nil
  }

  /// A quantity of Kubernetes, such as `64Mi` or `1.5G`: bytes.
  func kubernetesBytes(into diagnostics: inout Diagnostics) -> Double? {
    let factors: KeyValuePairs = [
      "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "k": 1e3, "M": 1e6, "G": 1e9,
      "T": 1e12, "P": 1e15, "": 1,
    ]
    for (suffix, factor) in factors where text.hasSuffix(suffix) {
      guard let number = Double(text.dropLast(suffix.count)), number >= 0, (number * factor).isFinite else {
        break
      }
      return number * factor
    }
    complain(.badQuantity, "a quantity such as 64Mi or 1Gi", &diagnostics)
    return nil
  }

  private func complain(_ code: DiagnosticCode, _ wanted: String, _ diagnostics: inout Diagnostics) {
    diagnostics.add(
      code, at: origin, "\(name) is '\(printable(text))', and not \(wanted)",
      remedy: "\(name) takes \(wanted)")
  }
}
