public import Quantities

// Settings of a plan that only its driver acts on, or that most plans do without.

/// Where the guest goes.
public enum CutoverPlace: String, Hashable, Codable, Sendable {
  /// Nowhere: it is stopped and started on its host, which is worked on meanwhile.
  case sameHost = "same-host"
}

/// How the data travels.
public struct CutoverTransport: Hashable, Codable, Sendable {
  /// Connections side by side, each with the rate of one (QEMU's `multifd-channels`).
  public var streams: Int
  /// What memory shrinks to is one part in this many.
  public var compression: Double
  /// What one stream can compress, before it shrinks; unlimited where that is no bottleneck.
  public var compressionRate: ByteRate

  public init(streams: Int = 1, compression: Double = 1, compressionRate: ByteRate = .unlimited) {
    self.streams = streams
    self.compression = compression
    self.compressionRate = compressionRate
  }
}

/// Passes over a medium at set times, each from a snapshot, with nothing sent between them.
public struct SnapshotSchedule: Hashable, Codable, Sendable {
  /// From the begin of one pass to the begin of the next.
  public var interval: Duration
  /// The most passes; what is written after the last one moves inside the outage.
  public var most: Int

  public init(interval: Duration, most: Int) {
    self.interval = interval
    self.most = most
  }
}

/// The merging of the snapshots that passes were made from.
public struct SnapshotConsolidation: Hashable, Codable, Sendable {
  public enum Moment: String, Hashable, Codable, Sendable, CaseIterable {
    /// Each after its pass, while the guest runs.
    case before
    /// While the guest is down.
    case inside
    /// When the guest runs again; the source is held so long.
    case after
  }

  public var moment: Moment
  public var rate: ByteRate

  public init(_ moment: Moment, rate: ByteRate) {
    self.moment = moment
    self.rate = rate
  }
}

/// What a guest that is made anew comes up with.
public enum RebuildDisk: String, Hashable, Codable, Sendable, CaseIterable {
  /// What lies on storage that outlived its host.
  case shared
  /// An empty one from its image: what it held is lost.
  case blank
}
