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
      (.guestBase, 68_020_820), (.guestShare, 0.015625), (.idlePages, 68.96075), (.idleRate, 573.2541),
      (.sweepPhase, 0.701974), (.throttleExponent, 1.478568), (.setup, 0.005), (.pageHeader, 8.3),
      (.zeroPageBytes, 9), (.zeroScan, 1.011149), (.zeroRun, 0.02218173), (.linkEfficiency, 0.9986888),
      (.limitEfficiency, 1.004929), (.hostRate, 465_097_800), (.burstRate, 2_773_588_000),
      (.burst, 14_000_000),
      (.channelOverhead, 12), (.iteration, 0.05), (.limiterWindow, 0.1),
      (.bufferLump, 960743.1), (.inFlight, 2_462_719), (.lastPages, 16_107_560), (.deviceState, 20000),
      (.deviceTime, 0.0015), (.resume, 0.003), (.postCopyEnd, 0.06), (.faultOverhead, 0.008),
      (.resumeFaults, 7),
      (.deltaBytes, 5), (.deltaTime, 4e-06), (.deltaHit, 0.98), (.mirrorSetup, 0.02),
      (.coldSetup, 0.1165882), (.passSetup, 0.03), (.mirrorSettling, 0.3689765),
      (.diskEfficiency, 0.9960113), (.stopOverhead, 0.03200732), (.boot, 6.3), (.rateNoise, 0.003),
      (.baseNoise, 0.06), (.dirtyNoise, 0.03), (.bufferNoise, 0.2), (.estimateNoise, 0.02),
      (.phaseNoise, 0.12), (.timeNoise, 0.03515625), (.byteNoise, 0.01953125), (.pauseNoise, 0.203125),
      (.pauseJitter, 0.005), (.bulkNoise, 0.01171875), (.bootNoise, 0.3125),
    ]
    for (constant, value) in constants { profile[constant] = value }
    return profile
  }()
}
