extension Int {
  /// The whole number nearest to a figure; `nil` of what is none, and of one that is too large. For figures that somebody
  /// has written: `Int(_:)` ends the program there.
  @inlinable package init?(nearest value: Double) { self.init(exactly: value.rounded()) }
}

extension Double {
  /// Its nearest whole number in digits, or itself where that is too large to be one.
  package var wholeText: String { Int(nearest: self).map(String.init) ?? "\(self)" }
}
