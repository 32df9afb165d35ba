internal import CutoverCore

/// What became of a cutover, and what it cost. Its JSON is the measured part of `fleetshift.cutover/1`.
public struct ImageCutoverReport: Hashable, Codable, Sendable {
  /// What was measured; a prediction has the same keys.
  public struct Measures: Hashable, Codable, Sendable {
    public var seconds: Double
    /// Written to the destination.
    public var bytes: Int64
    /// How long the guest did not serve; `nil` if it still does not.
    public var pauseSeconds: Double?

    enum CodingKeys: String, CodingKey {
      case seconds, bytes
      case pauseSeconds = "pause_seconds"
    }
  }

  /// One pass over the images.
  public struct Pass: Hashable, Codable, Sendable {
    /// Whether the guest was down.
    public var inOutage: Bool
    /// Written.
    public var bytes: Int64
    /// Turned into holes.
    public var punched: Int64
    /// Data of the source that was looked at, none where blocks are shared; `nil` of passes from before it was noted, in an old journal.
    public var examined: Int64?
    public var seconds: Double
    /// What the machine was told remains; `nil` in the outage, where nothing does.
    public var remaining: Int64?

    enum CodingKeys: String, CodingKey {
      case bytes, punched, examined, seconds, remaining
      case inOutage = "in_outage"
    }
  }

  /// An image's two sizes.
  public struct Allocation: Hashable, Codable, Sendable {
    public var virtualBytes: Int64
    public var allocatedBytes: Int64

    enum CodingKeys: String, CodingKey {
      case virtualBytes = "virtual_bytes"
      case allocatedBytes = "allocated_bytes"
    }
  }

  /// One of the guest's disks, at its new place.
  public struct Disk: Hashable, Codable, Sendable {
    public var source: String
    public var destination: String
    public var sourceFormat: DiskFormat
    public var destinationFormat: DiskFormat
    public var virtualBytes: Int64
    /// Of the destination, without its parents.
    public var allocatedBytes: Int64
    /// What it rests on, if its chain was kept.
    public var parents: [Parent]?

    enum CodingKeys: String, CodingKey {
      case source, destination, parents
      case sourceFormat = "source_format"
      case destinationFormat = "destination_format"
      case virtualBytes = "virtual_bytes"
      case allocatedBytes = "allocated_bytes"
    }
  }

  /// A file that a disk rests on, at its new place.
  public struct Parent: Hashable, Codable, Sendable {
    public var source: String
    public var destination: String
    public var format: DiskFormat
    public var allocatedBytes: Int64
    /// It was there before, and was only compared.
    public var wasThere: Bool

    enum CodingKeys: String, CodingKey {
      case source, destination, format
      case allocatedBytes = "allocated_bytes"
      case wasThere = "was_there"
    }
  }

  public var strategy: String
  /// `CutoverOutcome.code`, or `suspended`.
  public var outcome: String
  /// What went wrong, for people; `nil` if nothing did.
  public var detail: String?
  public var measured: Measures
  public var passes: [Pass]
  public var source: Allocation
  /// `nil` unless the image was published. Of several disks, their sums.
  public var destination: Allocation?
  /// Disk by disk; empty unless they were published.
  public var disks: [Disk] = []
  /// Where the hashes of what was moved are kept; `nil` if nobody asked for them.
  public var manifest: String?
  /// Whether the destination was read from its disk and found right, as `ImageCutoverOptions.Verification` says.
  public var verified: Bool
  /// A file that should have been removed and could not be.
  public var leftBehind: String?
  /// What a rehearsal proved; `nil` without one, or if nothing was published.
  public var rehearsal: RehearsalEvidence?
  /// How often it was taken up again after its driver had died or was stopped.
  public var resumptions = 0
  /// Of a suspended cutover: whether the guest is down, and stays so until it is resumed or rolled back.
  public var guestIsDown: Bool?
  /// What the guest's hooks were, and what came of them.
  public var hooks: [HookRun] = []

  enum CodingKeys: String, CodingKey {
    case strategy, outcome, detail, measured, passes, source, destination, verified, rehearsal, resumptions,
      hooks, disks, manifest
    case guestIsDown = "guest_is_down"
    case leftBehind = "left_behind"
  }

  public static let suspended = "suspended"

  public var isCompleted: Bool { outcome == CutoverOutcome.completed.code }
  public var isSuspended: Bool { outcome == Self.suspended }
}
