public import FleetExperiments

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Where two results differ that were to be the same.
public struct ExactDifference: Hashable, Sendable {
  /// The places in `summary.json`, in its order, with what stands there before and after.
  public let figures: [Figure]

  public struct Figure: Hashable, Sendable {
    public let path: String
    public let before: String
    public let after: String
  }

  private static let most = 5

  /// `nil` of results that are the same. How their scenarios were set does not count, only what came of it.
  public init?(_ before: StudyResult, _ after: StudyResult) throws {
    var (before, after) = (before, after)
    (before.settings, after.settings) = (nil, nil)
    let (one, other) = (try JSONReport.render([before]), try JSONReport.render([after]))
    guard one != other else { return nil }
    var found: [Figure] = []
    let decoder = JSONDecoder()
    try Node.compare(
      decoder.decode(Node.self, from: Data(one.utf8)), decoder.decode(Node.self, from: Data(other.utf8)), "",
      &found)
    figures = found
  }

  /// That it differs, and the first figures that do; ends with a line break. Whatever is of single replications is told
  /// only where nothing else differs.
  public var text: String {
    let whole = figures.filter { !$0.path.contains("per_replication") }
    let shown = whole.isEmpty ? figures : whole
    var text = "differs\n"
    for figure in shown.prefix(ExactDifference.most) {
      text += "  \(figure.path): \(figure.before) before, \(figure.after) after\n"
    }
    if shown.count > ExactDifference.most {
      text += "  and \(shown.count - ExactDifference.most) more\n"
    }
    return text
  }
}

/// JSON, whatever it says.
private enum Node: Decodable, Hashable {
  case nothing
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([Node])
  case object([String: Node])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .nothing
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Node].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: Node].self))
    }
  }

  /// In one line.
  private var words: String {
    switch self {
    case .nothing: "nothing"
    case .flag(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .text(let value): "'\(Table.singleLine(value))'"
    case .list(let values): "\(values.count) values"
    case .object: "a part"
    }
  }

  static func compare(
    _ before: Node?, _ after: Node?, _ path: String, _ found: inout [ExactDifference.Figure]
  ) {
    guard before != after else { return }
    switch (before, after) {
    case (.object(let one), .object(let other)):
      for key in Set(one.keys).union(other.keys).sorted() {
        compare(one[key], other[key], path.isEmpty ? key : "\(path).\(key)", &found)
      }
    case (.list(let one), .list(let other)) where one.count == other.count:
      for index in one.indices { compare(one[index], other[index], "\(path)[\(index)]", &found) }
    default:
      let (before, after) = (before?.words ?? "nothing", after?.words ?? "nothing")
      found.append(.init(path: path, before: before, after: after))
    }
  }
}
