internal import FleetExperiments

/// A clause, and where its characters stand.
struct ExpectationForm: Sendable {
  let expectation: Expectation
  private let node: LocatedNode

  init(_ node: LocatedNode, _ text: String) throws(ExpectationError) {
    expectation = try Expectation.parse(text)
    self.node = node
  }

  /// Where an error about the clause is to be shown.
  func origin(of error: ExpectationError) -> Origin { node.origin(ofCharacter: error.position) }
}

extension Shape where Value == ExpectationForm {
  /// A clause of `expect:`, read by the one parser that there is; a mistake is pointed at within the clause.
  static let expectation: Shape = {
    let text = Shape<String>.text(
      called: "an expectation", pattern: nil, examples: ["p95(service-gap of reboot) <= 30 min"])
    return Shape(
      text.description, write: { text.write($0.expectation.text) },
      read: { node, context in
        let node = node.quotingAxis
        guard let clause = text.read(node, &context) else { return nil }
        do throws(ExpectationError) {
          return try ExpectationForm(node, clause)
        } catch {
          context.complain(
            .badText, at: node.origin(ofCharacter: error.position), error.message, remedy: error.remedy)
          return nil
        }
      })
  }()
}

extension LocatedNode {
  /// `by class: p95(downtime) < 30 s` without quotes is a mapping to YAML, and a clause to everybody else.
  fileprivate var quotingAxis: LocatedNode {
    guard let entries, entries.count == 1, let entry = entries.first, entry.key.hasPrefix("by "),
      case .scalar(let text, _) = entry.value.content
    else { return self }
    // Characters can be pointed at where they stand as they are put together here.
    let isVerbatim =
      entry.value.verbatimStart == entry.keyOrigin.advanced(by: entry.key.unicodeScalars.count + 2)
    return LocatedNode(
      .scalar("\(entry.key): \(text)", .plain), at: entry.keyOrigin,
      verbatimStart: isVerbatim ? entry.keyOrigin : nil)
  }
}
