import Quantities

/// A value and all that is in it as nested lines, in the manner of YAML; what is as in the `standard` is left out.
enum Listing {
  static func text(_ value: Any, unlike standard: Any) -> String {
    lines(value, standard).joined(separator: "\n")
  }

  private static func lines(_ value: Any, _ standard: Any?) -> [String] {
    let usual = standard.map { Dictionary(children($0).map { ($0.label, $0.value) }) { first, _ in first } }
    return children(value).flatMap { label, child -> [String] in
      let normal = usual?[label]
      if let normal, "\(normal)" == "\(child)" { return [] }
      if let leaf = leaf(child) { return ["\(label): \(leaf)"] }
      return ["\(label):"] + lines(child, normal).map { "  " + $0 }
    }
  }

  private static func children(_ value: Any) -> [(label: String, value: Any)] {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { children($0.value) } ?? []
    }
    return mirror.children.enumerated().map { ($0.element.label ?? "- \($0.offset)", $0.element.value) }
  }

  /// A value that fits on a line; `nil` for one that has parts to be shown.
  private static func leaf(_ value: Any) -> String? {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { leaf($0.value) } ?? "none"
    }
    let isText = value is any CustomStringConvertible && mirror.displayStyle != .collection
    return isText || mirror.children.isEmpty ? "\(value)" : nil
  }
}
