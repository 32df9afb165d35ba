extension RigProfile {
  /// QEMU 10.0 under TCG, two processes joined by a shaped veth pair on one busy two-core host.
  public static let qemuTCG: RigProfile = {
    var profile = RigProfile(
      name: "qemu-tcg",
      source: "73 migrations measured between two QEMU 10.0.2 processes (TCG) over a shaped veth pair")
    let constants: [(RigConstant, Double)] = [
      (.guestBase, 66 * 0x1p20), (.guestShare, 0.0156), (.idlePages, 90), (.idleRate, 200),
      (.sweepPhase, 0.62), (.throttleExponent, 1.15),
      (.setup, 0.005), (.pageHeader, 8.3), (.zeroPageBytes, 9), (.zeroScan, 1.23), (.zeroRun, 0.015),
      (.linkEfficiency, 0.9895), (.limitEfficiency, 1.0145), (.hostRate, 0.5e9), (.burstRate, 1.9e9),
      (.burst, 14e6), (.channelOverhead, 12),
      (.iteration, 0.05), (.limiterWindow, 0.1), (.bufferLump, 1.3e6), (.inFlight, 3.2e6),
      (.lastPages, 11e6),
      (.deviceState, 20e3), (.deviceTime, 0.0015), (.resume, 0.003), (.postCopyEnd, 0.06),
      (.faultOverhead, 0.001),
      (.deltaBytes, 5), (.deltaTime, 4e-6), (.deltaHit, 0.88),
      (.mirrorSetup, 0.02), (.coldSetup, 0.1), (.passSetup, 0.03), (.mirrorSettling, 0.25),
      (.diskEfficiency, 0.9945), (.stopOverhead, 0.03),
      (.rateNoise, 0.003), (.baseNoise, 0.06), (.dirtyNoise, 0.03), (.bufferNoise, 0.1),
      (.estimateNoise, 0.04), (.phaseNoise, 0.12), (.timeNoise, 0.01), (.byteNoise, 0.008),
      (.pauseNoise, 0.05), (.pauseJitter, 0.01), (.bulkNoise, 0.01), (.bootNoise, 0.2),
    ]
    for (constant, value) in constants { profile[constant] = value }
    return profile
  }()
}
