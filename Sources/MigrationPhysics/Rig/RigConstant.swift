/// What has to be known of a rig - hypervisor, hosts, network - to predict a migration on it: one number each.
///
/// The order is that of ``RigProfile/vector`` and of profile files.
public enum RigConstant: String, Hashable, Codable, Sendable, CaseIterable {
  // The guest
  case guestBase = "guest-base"
  case guestShare = "guest-share"
  case idlePages = "idle-pages"
  case idleRate = "idle-rate"
  case sweepPhase = "sweep-phase"
  case throttleExponent = "throttle-exponent"
  // The stream
  case setup
  case pageHeader = "page-header"
  case zeroPageBytes = "zero-page-bytes"
  case zeroScan = "zero-scan"
  case zeroRun = "zero-run"
  case linkEfficiency = "link-efficiency"
  case limitEfficiency = "limit-efficiency"
  case hostRate = "host-rate"
  case burstRate = "burst-rate"
  case burst
  case channelOverhead = "channel-overhead"
  // The rounds
  case iteration
  case limiterWindow = "limiter-window"
  case bufferLump = "buffer-lump"
  case inFlight = "in-flight"
  case lastPages = "last-pages"
  // The switchover
  case deviceState = "device-state"
  case deviceTime = "device-time"
  case resume
  case postCopyEnd = "post-copy-end"
  case faultOverhead = "fault-overhead"
  case resumeFaults = "resume-faults"
  // Deltas
  case deltaBytes = "delta-bytes"
  case deltaTime = "delta-time"
  case deltaHit = "delta-hit"
  // The disk
  case mirrorSetup = "mirror-setup"
  case coldSetup = "cold-setup"
  case passSetup = "pass-setup"
  case mirrorSettling = "mirror-settling"
  case diskEfficiency = "disk-efficiency"
  case stopOverhead = "stop-overhead"
  case boot
  // Chance
  case rateNoise = "rate-noise"
  case baseNoise = "base-noise"
  case dirtyNoise = "dirty-noise"
  case bufferNoise = "buffer-noise"
  case estimateNoise = "estimate-noise"
  case phaseNoise = "phase-noise"
  case timeNoise = "time-noise"
  case byteNoise = "byte-noise"
  case pauseNoise = "pause-noise"
  case pauseJitter = "pause-jitter"
  case bulkNoise = "bulk-noise"
  case bootNoise = "boot-noise"
}

extension RigConstant {
  /// What the number counts, and what it stands for.
  public var meaning: (unit: RigUnit, doc: String) {
    switch self {
    case .guestBase: (.bytes, "Non-zero memory of a guest's own system, whatever its size.")
    case .guestShare: (.fraction, "Non-zero memory of a guest's own system, as a part of its memory.")
    case .idlePages: (.pages, "Pages that an idle guest dirties at most, in whatever time.")
    case .idleRate: (.pagesPerSecond, "Pages that an idle guest dirties each second.")
    case .sweepPhase: (.fraction, "Where in its working set a sweeping guest is when the first round ends.")
    case .throttleExponent:
      (.number, "A guest denied the share p of its CPU dirties at (1 - p) to this power.")
    case .setup: (.seconds, "From the command until the first page.")
    case .pageHeader: (.bytes, "Sent with each page.")
    case .zeroPageBytes: (.bytes, "Sent for a page that is zero.")
    case .zeroScan: (.secondsPerGibibyte, "To look at pages that are zero.")
    case .zeroRun:
      (.seconds, "Mean time to look at a run of zero pages: a shorter one hides behind what is in flight.")
    case .linkEfficiency: (.fraction, "What of a link's rate carries the stream.")
    case .limitEfficiency: (.fraction, "What the hypervisor really sends, of what it is limited to.")
    case .hostRate: (.bytesPerSecond, "What the hosts manage where nothing else limits, for long.")
    case .burstRate: (.bytesPerSecond, "What they manage for a moment.")
    case .burst: (.bytes, "How much goes at that rate.")
    case .channelOverhead: (.bytes, "Sent with each page of a parallel channel, instead of the page header.")
    case .iteration: (.seconds, "The stream looks at how much is left so often; 0: only when all is sent.")
    case .limiterWindow: (.seconds, "The same, where the hypervisor's own limit holds it back.")
    case .bufferLump: (.bytes, "A full socket takes so much at once.")
    case .inFlight: (.bytes, "What the source has sent and the destination not yet received.")
    case .lastPages: (.bytes, "Non-zero pages that lie behind the zero ones.")
    case .deviceState: (.bytes, "State of CPUs and devices.")
    case .deviceTime: (.seconds, "To save the state of CPUs and devices.")
    case .resume: (.seconds, "To load it and let the guest go on.")
    case .postCopyEnd: (.seconds, "From the last page of a post-copy until it is called complete.")
    case .faultOverhead:
      (.seconds, "Of a page fault during a post-copy, besides the round trip and what waits before it.")
    case .resumeFaults:
      (.number, "Page faults, one after the other, until a guest answers after a post-copy's switchover.")
    case .deltaBytes: (.bytes, "Of a delta, besides the bytes that were changed.")
    case .deltaTime: (.seconds, "To find the delta of a page.")
    case .deltaHit:
      (.fraction, "Of the pages written again, those that the cache holds where it is large enough.")
    case .mirrorSetup: (.seconds, "To start a mirror.")
    case .coldSetup: (.seconds, "To start a copy of a stopped guest's disk.")
    case .passSetup: (.seconds, "To start a backup pass.")
    case .mirrorSettling:
      (.seconds, "Until a mirror finds a moment without writes, at 250 writes a second or more.")
    case .diskEfficiency: (.fraction, "What of the link's rate carries disk data.")
    case .stopOverhead: (.seconds, "Inside the outage of a guest that boots: close, start, connect.")
    case .boot: (.seconds, "The usual boot of this rig's guests: for who does not know a guest's own.")
    case .rateNoise: (.sigma, "Of the rate of one migration.")
    case .baseNoise: (.sigma, "Of the non-zero memory of a guest's own system.")
    case .dirtyNoise: (.sigma, "Of what a round dirties.")
    case .bufferNoise: (.sigma, "Of socket buffers from one connection to the next.")
    case .estimateNoise: (.sigma, "Of the bandwidth that the hypervisor believes in.")
    case .phaseNoise: (.fraction, "Standard deviation of the sweep phase.")
    case .timeNoise: (.sigma, "Of total times that nothing else explains.")
    case .byteNoise: (.sigma, "Of bytes that nothing else explains.")
    case .pauseNoise: (.sigma, "Of pauses that nothing else explains.")
    case .pauseJitter: (.seconds, "Mean of what chance adds to a pause.")
    case .bulkNoise: (.sigma, "Of disk copies that nothing else explains.")
    case .bootNoise: (.sigma, "Of boot times around the one that was given.")
    }
  }
}

/// The unit of a rig constant.
public enum RigUnit: String, Hashable, Codable, Sendable, CaseIterable {
  case bytes, seconds, fraction, number, sigma, pages
  case bytesPerSecond = "bytes-per-second"
  case pagesPerSecond = "pages-per-second"
  case secondsPerGibibyte = "seconds-per-gibibyte"
}
