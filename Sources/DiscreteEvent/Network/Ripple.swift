/// The working memory of ``FlowNetwork/solve()``: what has changed and what that may change in turn.
struct Ripple: ~Copyable, Sendable {
  /// Resources to look at again, lowest level first.
  var queue = LevelHeap()
  /// Groups with another level, another first flow, or both.
  var changed = Slab<Int32>()
  /// Flows to be placed at the end of the solution.
  var loose = Slab<FlowID>()
  /// Resources looked at so far.
  var looks = 0
  /// Beyond this many looks per resource the component is filled from scratch; zero does so always.
  var patience = 8
  /// Solutions that filled a component from scratch.
  var fillings = 0

  /// Levels that differ by less than this part are the same: far above the rounding of one sum (1e-16), far below what
  /// any result shows. Without it two resources of equal level could hand a flow back and forth.
  static let tolerance = 1e-12
}

/// A height at which something happens to a resource (`id` >= 0) or, in a filling, to flow `~id`.
struct Level: BitwiseCopyable, Sendable {
  var height: Double
  var id: Int32

  @inline(__always) static func < (a: Level, b: Level) -> Bool {
    a.height < b.height || (a.height == b.height && a.id < b.id)
  }
}
