/// Where two parts of memory differ, to be found by whatever thread.
///
/// `@unchecked Sendable` is safe: the memory is left as it is until that is found, and the result is looked at only by
/// whoever has been told so.
final class ComparisonTask: @unchecked Sendable {
  typealias Pair = (UnsafeRawBufferPointer, UnsafeRawBufferPointer)

  private let pairs: [Pair]
  /// The pages that differ, for each pair; `nil` until they are found.
  private var found: [[Range<Int>]]?

  /// - Parameter pairs: Each of equal length.
  init(_ pairs: [Pair]) { self.pairs = pairs }

  /// How much there is to go through.
  var byteCount: Int { pairs.reduce(0) { $0 + 2 * $1.0.count } }

  func make() { found = pairs.map { BlockDifference.runs($0, $1) } }

  /// The runs of pages that differ, for each pair, as offsets into it.
  var runs: [[Range<Int>]] {
    guard let found else { preconditionFailure("nobody has compared them yet") }
    return found
  }
}
