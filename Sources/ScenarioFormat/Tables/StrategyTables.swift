internal import CutoverCore
internal import MigrationStrategies
internal import Quantities

/// Settings of the strategies that came after the first four, and of how data travels.
enum StrategyTables {
  static let transport = Shape.object(
    "transport", doc: "How memory travels.", initial: CutoverTransport()
  ) {
    Field(
      "streams", \.streams, .integer(in: 1...1024),
      doc: "Connections side by side, each with the rate of one stream.")
    Field(
      "compression", \.compression, .number(in: 1...1000),
      doc: "Memory shrinks to one part in this many on its way.")
    Field(
      "compression-rate", \.compressionRate, .limit, doc: "What one stream can compress, before it shrinks.")
  }

  static let snapshots = Shape.object(
    "snapshots", doc: "Passes from snapshots at an interval, instead of a mirror.", initial: WarmSnapshots()
  ) {
    Field("interval", \.interval, .positiveDuration, doc: "From one snapshot to the next.")
    Field(
      "most", \.most, .integer(in: 1...1000), doc: "The most snapshots; the rest moves inside the outage.")
    Field(
      "consolidation", \.consolidation, .keyword, doc: "When the snapshots are merged, seen from the outage.")
    Field("merge-rate", \.mergeRate, .limit, doc: "How fast they merge.")
  }

  static let postCopy = Shape.object(
    "post-copy", doc: "The guest goes on elsewhere, and its memory follows it.", initial: PostCopyLive()
  ) {
    Field("rounds", \.rounds, .integer(in: 0...100_000), doc: "Rounds over memory before that; 0: none.")
    Field(
      "timeout", \.timeout, .positiveDuration,
      doc: "How long it may take before the pause, and again after it.")
    Field("disk-rest", \.diskRest, .bytes, doc: "What may be left of a local disk when the rounds begin.")
    Field(
      "max-passes", \.maxPasses, .integer(in: 1...100_000),
      doc: "Passes over a local disk, after which it gives up.")
  }

  static let suspend = Shape.object(
    "suspend", doc: "Frozen while everything travels.", initial: Suspend()
  ) {
    Field("timeout", \.timeout, .positiveDuration, doc: "How long it may stand still before it is undone.")
  }

  static let inPlace = Shape.object(
    "in-place", doc: "It stays on its host, down or frozen, while that is worked on.", initial: InPlace()
  ) {
    Field(
      "frozen", \.isFrozen, .boolean, doc: "Frozen with its memory kept, rather than shut down and booted.")
    Field("work", \.work, .duration, doc: "How long the work takes.")
    Field(
      "shutdown-patience", \.shutdownPatience, .positiveDuration, doc: "How long it may take to power down.")
    Field("if-shutdown-ignored", \.ifShutdownIgnored, .keyword, doc: "What to do if it does not.")
  }

  static let rebuild = Shape.object(
    "rebuild", doc: "Made anew on another host.", initial: Rebuild()
  ) {
    Field("disk", \.disk, .keyword, doc: "What it comes up with.")
    Field(
      "shutdown-patience", \.shutdownPatience, .positiveDuration, doc: "How long it may take to power down.")
  }
}
