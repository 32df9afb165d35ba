extension RigProfile {
  /// QEMU 10.0 under TCG, two processes joined by a shaped veth pair on one busy two-core host.
  public static let qemuTCG: RigProfile = {
    var profile = RigProfile(
      name: "qemu-tcg",
      source: "73 migrations measured between two QEMU 10.0.2 processes (TCG) over a shaped veth pair")
    // Fitted where Scenarios/profiles/qemu-tcg.yaml has a standard error. The others were set: `guest-share`,
    // `page-header`, `zero-page-bytes`, `iteration` and `limiter-window` by the sources of Linux and QEMU; `delta-hit` by the
    // counters of run xbz00 (7,310 pages found, 138 missed that had been sent before); `fault-overhead` by the requests of
    // pos01 and pos04 (52 and 26 ms each, of which 41 and 20 wait behind what is in flight), `resume-faults` by the first
    // ticks of four post-copies (6 to 8); `estimate-noise` and `buffer-noise` by the thresholds and drain times that QEMU
    // traced (`threshold_last`, `src_end_ms`); `pause-jitter` by the excess of eight short pauses over the shortest.
    let constants: [(RigConstant, Double)] = [
      (.guestBase, 67_031_530), (.guestShare, 0.015625), (.idlePages, 68.96075), (.idleRate, 573.2541),
      (.sweepPhase, 0.6659713), (.throttleExponent, 1.498752), (.setup, 0.005), (.pageHeader, 8.3),
      (.zeroPageBytes, 9), (.zeroScan, 0.9445929), (.zeroRun, 0.02218173), (.linkEfficiency, 0.9956759),
      (.limitEfficiency, 1.004919), (.hostRate, 456_203_300), (.burstRate, 2_860_106_000),
      (.burst, 14_000_000),
      (.channelOverhead, 12), (.iteration, 0.05), (.limiterWindow, 0.1),
      (.bufferLump, 960743.1), (.inFlight, 2_604_674), (.lastPages, 17_612_710), (.deviceState, 20000),
      (.deviceTime, 0.0015), (.resume, 0.003), (.postCopyEnd, 0.06), (.faultOverhead, 0.008),
      (.resumeFaults, 7),
      (.deltaBytes, 5), (.deltaTime, 4e-06), (.deltaHit, 0.98), (.mirrorSetup, 0.02),
      (.coldSetup, 0.1166007), (.passSetup, 0.03), (.mirrorSettling, 0.3654726),
      (.diskEfficiency, 0.996245), (.stopOverhead, 0.03391337), (.boot, 6.3), (.rateNoise, 0.003),
      (.baseNoise, 0.06), (.dirtyNoise, 0.03), (.bufferNoise, 0.2), (.estimateNoise, 0.02),
      (.phaseNoise, 0.12), (.timeNoise, 0.02734375), (.byteNoise, 0.03125), (.pauseNoise, 0.1953125),
      (.pauseJitter, 0.005), (.bulkNoise, 0.01171875), (.bootNoise, 0.3242188),
    ]
    for (constant, value) in constants { profile[constant] = value }
    return profile
  }()
}
