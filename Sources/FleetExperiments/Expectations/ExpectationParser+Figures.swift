internal import Quantities

/// Figures with their units, and which kinds of them go together.
extension ExpectationParser {
  /// A number and, right behind it, its unit: `11.6 PB`, `12 min 5 s`, `70 %`, `57000`.
  mutating func figure() throws(ExpectationError) -> ExpectationExpression {
    let start = current.position
    var (end, unit, parts) = (start, "", 0)
    while case .number(let digits) = current.kind {
      end = current.end
      advance()
      if accept(.symbol("%")) {
        guard unit.isEmpty, let value = Double(digits) else {
          throw error("a percentage is a single number", "write it as 70 %", at: start)
        }
        return .figure(value: value / 100, kind: .share, position: start)
      }
      guard case .word(let name) = current.kind, name != "within", name != "is" else { break }
      (unit, end, parts) = (name, current.end, parts + 1)
      advance()
    }
    let written = String(text[start..<end])
    guard !unit.isEmpty else {
      guard let value = Double(written) else {
        throw error("'\(written)' is no number", "write it like 0.5", at: start)
      }
      return .figure(value: value, kind: .count, position: start)
    }
    let quantity = try quantity(written, unit, at: start)
    guard parts == 1, case .figure(let value, let kind, let position, _) = quantity,
      case .figure(let one, _, _, _)? = try? self.quantity("1 " + unit, unit, at: start), one > 0
    else { return quantity }
    return .figure(value: value, kind: kind, position: position, unit: AskedUnit(name: unit, size: one))
  }

  func quantity(_ written: String, _ unit: String, at position: Int) throws(ExpectationError)
    -> ExpectationExpression
  {
    let isData = unit.last == "B" || unit.lowercased().contains("byte") || unit.lowercased().hasSuffix("bit")
    do {
      if isData { return .figure(value: try Bytes(parsing: written).value, kind: .bytes, position: position) }
      return .figure(value: try Duration(parsing: written).seconds, kind: .seconds, position: position)
    } catch {
      throw ExpectationError(position: position, message: error.message, remedy: error.hint)
    }
  }

  // MARK: - Kinds

  /// Refuses to compare unlike things; a plain number beside a share is that share.
  func checked(_ claim: ExpectationClaim, _ position: Int) throws(ExpectationError)
    -> ExpectationClaim
  {
    var claim = claim
    claim.left = try share(claim.left, beside: claim.right)
    claim.right = try share(claim.right, beside: claim.left)
    let (left, right) = (claim.left.kind, claim.right.kind)
    guard left != right else { return claim }
    var (remedy, place) = ("compare like with like", position)
    if case .figure(_, _, let at, _) = claim.right { (remedy, place) = (example(of: left), at) }
    if case .figure(_, _, let at, _) = claim.left { (remedy, place) = (example(of: right), at) }
    throw error("\(left.words) is compared with \(right.words)", remedy, at: place)
  }

  func share(
    _ side: ExpectationExpression, beside other: ExpectationExpression
  ) throws(ExpectationError) -> ExpectationExpression {
    guard other.kind == .share else { return side }
    switch side {
    // How wide an interval is beside what it is of.
    case .halfWidth(let inner, isRelative: false, let position) where inner.kind != .share:
      return .halfWidth(inner, isRelative: true, position: position)
    // Of like things one over the other is a share.
    case .operation(.over, let part, let whole, kind: .count)
    where !part.calls.isEmpty && !whole.calls.isEmpty && part.kind == whole.kind:
      return .operation(.over, part, whole, kind: .share)
    default: break
    }
    guard case .figure(let value, .count, let position, _) = side else { return side }
    guard value <= 1 else {
      throw error("a share is at most 1", "write \(Figure.short(value)) % if percent are meant", at: position)
    }
    return .figure(value: value, kind: .share, position: position)
  }

  func example(of kind: FigureKind) -> String {
    switch kind {
    case .count: "write a plain number, such as 57000"
    case .bytes: "write an amount of data, such as 11.6 PB"
    case .seconds: "write a time, such as 30 min"
    case .share: "write a percentage, such as 70 %"
    }
  }
}
