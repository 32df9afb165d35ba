internal import FleetExperiments

extension Shape where Value == Located<Expectation> {
  /// A clause of `expect:`, read by the one parser that there is; a mistake is pointed at within the clause.
  static let expectation: Shape = {
    let text = Shape<String>.text(
      called: "an expectation", pattern: nil, examples: ["p95(service-gap of reboot) <= 30 min"])
    return Shape(
      text.description, write: { text.write($0.value.text) },
      read: { node, context in
        guard let clause = text.read(node, &context) else { return nil }
        do throws(ExpectationError) {
          return Located(value: try Expectation.parse(clause), origin: node.firstCharacter)
        } catch {
          context.complain(
            .badText, at: node.firstCharacter.advanced(by: error.position), error.message,
            remedy: error.remedy)
          return nil
        }
      })
  }()
}

extension LocatedNode {
  /// Where the text of a scalar begins, behind a quote.
  fileprivate var firstCharacter: Origin {
    if case .scalar(_, .quoted) = content { return origin.advanced(by: 1) }
    return origin
  }
}

extension Origin {
  /// So many columns to the right, on the same line.
  func advanced(by columns: Int) -> Origin { Origin(file: file, line: line, column: column + columns) }
}
