extension Shape where Value: FixedWidthInteger {
  /// Any whole number that the type holds.
  static var integer: Shape { integer(in: .min ... .max) }

  /// A whole number in a range.
  static func integer(in range: ClosedRange<Value>) -> Shape {
    let description = ShapeDescription.integer(
      min: range.lowerBound == .min && Value.isSigned ? nil : Int(clamping: range.lowerBound),
      max: range.upperBound == .max ? nil : Int(clamping: range.upperBound))
    return Shape(
      description, write: { .integer(Int(clamping: $0)) },
      read: { node, context in
        switch node.meaning {
        case .integer(let digits):
          if let value = Value(digits), range.contains(value) { return value }
          context.complain(
            .outOfRange, at: node.origin, "expected \(description.words), found \(printable(digits))",
            remedy: "write a number within these bounds")
        case .number, .notFinite:
          context.complain(
            .wrongType, at: node.origin, "expected \(description.words), found \(node.words)",
            remedy: "write it with digits only")
        case .text(let text):
          context.complain(
            .wrongType, at: node.origin, "expected \(description.words), found \(node.words)",
            remedy: plainNumber(text).map { "write \($0)" } ?? description.remedy)
        case .boolean, .null, nil: context.expected(description, found: node)
        }
        return nil
      })
  }
}

/// The number that was probably meant by a text: quoted, grouped or with zeros in front.
private func plainNumber(_ text: String) -> String? {
  let digits = text.filter { $0 != "_" && $0 != "," && $0 != " " }
  guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
    return nil
  }
  return Int(digits).map { "\($0) without quotes or separators" }
}

extension Shape where Value == Double {
  /// Any finite number.
  static var number: Shape { number(NumberBounds()) }
  static func number(in range: ClosedRange<Double>) -> Shape {
    number(NumberBounds(min: range.lowerBound, max: range.upperBound))
  }
  static func number(atLeast min: Double) -> Shape { number(NumberBounds(min: min)) }
  static func number(above min: Double, atMost max: Double? = nil) -> Shape {
    number(NumberBounds(min: min, max: max, isAbove: true))
  }

  /// A finite number within bounds.
  static func number(_ bounds: NumberBounds) -> Shape {
    let description = ShapeDescription.number(bounds)
    return Shape(
      description, write: { .number($0) },
      read: { node, context in
        guard let value = finite(node, description, &context) else { return nil }
        guard bounds.contains(value) else {
          context.complain(
            .outOfRange, at: node.origin, "expected \(description.words), found \(shortest(value))",
            remedy: "write a number within these bounds")
          return nil
        }
        return value
      })
  }

  /// A share of a whole: `60 %` or `0.6`. From 0 to 1.
  static var fraction: Shape {
    Shape(
      .fraction, write: { .string(percentage($0)) },
      read: { node, context in
        var value: Double?
        if case .text(let text) = node.meaning {
          guard let hundredths = percents(text) else {
            context.expected(.fraction, found: node)
            return nil
          }
          value = hundredths / 100
        } else {
          value = finite(node, .fraction, &context)
        }
        guard let value else { return nil }
        guard (0...1).contains(value) else {
          let isPercent =
            value > 1 && value <= 100
            && node.meaning.map { if case .text = $0 { false } else { true } } == true
          context.complain(
            .outOfRange, at: node.origin, "expected \(ShapeDescription.fraction.words), found \(node.words)",
            remedy: isPercent ? "did you mean '\(shortest(value)) %'?" : "the whole is 100 %")
          return nil
        }
        return value
      })
  }
}

private func finite(
  _ node: LocatedNode, _ description: ShapeDescription, _ context: inout ReadingContext
) -> Double? {
  switch node.meaning {
  case .number(let value): return value
  case .integer(let digits):
    if let value = Double(digits), value.isFinite { return value }
    context.complain(
      .outOfRange, at: node.origin, "expected \(description.words), found \(printable(digits))",
      remedy: "write a number that can be counted with")
  case .notFinite:
    context.complain(
      .outOfRange, at: node.origin, "expected \(description.words), found \(node.words)",
      remedy: "write a finite number")
  case .text(let text):
    let isNumber = Double(text.filter { $0 != "_" && $0 != "," }) != nil
    context.complain(
      .wrongType, at: node.origin, "expected \(description.words), found \(node.words)",
      remedy: isNumber ? "write the number without quotes or separators" : description.remedy)
  case .boolean, .null, nil: context.expected(description, found: node)
  }
  return nil
}

/// The number before a percent sign.
private func percents(_ text: String) -> Double? {
  guard text.hasSuffix("%") else { return nil }
  var number = text.dropLast()
  while number.last == " " { number = number.dropLast() }
  guard
    number.utf8.allSatisfy({ ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }
    )
  else { return nil }
  return Double(number)
}

/// The share as a percentage, without the noise of binary fractions.
func percentage(_ share: Double) -> String {
  shortest((share * 100 * 1e9).rounded() / 1e9) + " %"
}
