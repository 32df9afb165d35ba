internal import ArgumentParser

/// A share in per cent, as people write it: `5`, `5%` or `5 %`.
struct Percentage: ExpressibleByArgument {
  /// As it was written.
  let text: String
  let fraction: Double

  /// What the number is as a share: `5 %` of `0.05`.
  var asShare: String {
    let hundredfold = (fraction * 1e4 * 1e9).rounded() / 1e9
    return (hundredfold == hundredfold.rounded() ? "\(Int(hundredfold))" : "\(hundredfold)") + " %"
  }

  init?(argument: String) {
    let number = argument.hasSuffix("%") ? argument.dropLast() : argument[...]
    guard let value = Double(number.trimmingSuffix(while: { $0 == " " })), value.isFinite else { return nil }
    (text, fraction) = (argument, value / 100)
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while drops: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, drops(last) { rest.removeLast() }
    return rest
  }
}
