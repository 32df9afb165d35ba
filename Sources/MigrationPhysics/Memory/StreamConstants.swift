package import Quantities

/// What a stream of memory costs besides its pages. The default is an ideal one that sends all that is dirty in each
/// round; a ``RigProfile`` makes it a real one.
struct StreamConstants: Sendable {
  static let pageSize = 4096.0

  /// Sent per byte of page: 1 and the headers.
  var overhead = 1.0
  var zeroPageBytes = 0.0
  /// Seconds per byte of zero pages.
  var zeroScan = 0.0
  /// Mean time of a run of zero pages.
  var zeroRun = 0.0
  /// Between two looks at how much is left; 0: it looks when all is sent.
  var iteration = 0.0
  var limiterWindow = 0.0
  var bufferLump = 0.0
  var inFlight = 0.0
  var lastPages = 0.0
  var burst = 0.0
  var burstRate = Double.infinity
  var hostRate = Double.infinity
  /// Of an idle guest: pages at most, and pages each second.
  var idleBytes = 0.0
  var idleRate = 0.0
  var throttleExponent = 1.0
  /// A throttled guest makes up for what it was kept from doing.
  var catchesUp = false
  var postCopyEnd = 0.0
  /// What a delta leaves of a page (with its header), where one can be made; `nil`: no deltas.
  var deltaShare: Double?
  /// Of the pages sent again, those that are in the cache.
  var cacheHit = 0.0
  /// Seconds per byte of page, to find a delta.
  var deltaTime = 0.0
  /// Sigma of chance per round: on what is dirtied, on the bandwidth that the hypervisor believes in.
  var estimateNoise = 0.0
}

/// What of a path one migration has to itself.
package struct PathRates: Sendable {
  /// While the guest runs, bytes a second.
  var copy = Double.infinity
  /// While it stands still: the hypervisor's own limit is lifted then, the link stays.
  var outage = Double.infinity
  /// The hypervisor's own limit is the narrowest part, so that nothing waits in buffers.
  var isLimited = false
  /// There is a link that holds back at all.
  var isShaped = false

  package static let unknown = PathRates()

  init() {}

  /// Of a move in a fleet: its links, as long as it has them to itself, and its own limit, which ends at the stop.
  package init(link: ByteRate, limit: ByteRate) {
    copy = min(link, limit).bytesPerSecond
    outage = link.bytesPerSecond
    isShaped = link < .unlimited
    isLimited = limit < link
  }
}
