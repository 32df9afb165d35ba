/// How a screen may look: how wide, and whether in colour. Who asks the terminal decides; nothing is looked up here.
public struct TerminalStyle: Hashable, Sendable {
  /// No line is longer, unless a single word is. 40 to 110 columns.
  public var width: Int
  public var usesColour: Bool

  public init(width: Int = TerminalStyle.widest, usesColour: Bool = false) {
    self.width = min(max(width, 40), TerminalStyle.widest)
    self.usesColour = usesColour
  }

  /// For files, pipes and tests.
  public static let plain = TerminalStyle()
  public static let colour = TerminalStyle(usesColour: true)

  /// Longer lines are hard to read, however wide the window.
  public static let widest = 110
}

extension TerminalStyle {
  enum Emphasis: String {
    case bold = "1"
    case faint = "2"
    case good = "32"
    case bad = "1;31"
  }

  func paint(_ text: String, _ emphasis: Emphasis) -> String {
    usesColour && !text.isEmpty ? "\u{1b}[\(emphasis.rawValue)m\(text)\u{1b}[0m" : text
  }
}
