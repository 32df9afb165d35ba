extension RigProfile {
  /// QEMU 10.0 under TCG, two processes joined by a shaped veth pair on one busy two-core host.
  public static let qemuTCG: RigProfile = {
    var profile = RigProfile(
      name: "qemu-tcg",
      source: "73 migrations measured between two QEMU 10.0.2 processes (TCG) over a shaped veth pair")
    let constants: [(RigConstant, Double)] = [
      (.guestBase, 64.6e6), (.guestShare, 0.01975), (.idlePages, 90), (.idleRate, 60),
      (.sweepPhase, 0.668), (.throttleExponent, 1.4),
      (.setup, 0.005), (.pageHeader, 8.3), (.zeroPageBytes, 9), (.zeroScan, 1.05), (.zeroRun, 0.0238),
      (.linkEfficiency, 0.9896), (.limitEfficiency, 1.0027), (.hostRate, 436e6), (.burstRate, 1.9e9),
      (.burst, 14e6), (.channelOverhead, 12),
      (.iteration, 0.0568), (.limiterWindow, 0.094), (.bufferLump, 1.478e6), (.inFlight, 2.6e6),
      (.lastPages, 13.94e6),
      (.deviceState, 20e3), (.deviceTime, 0.0015), (.resume, 0.003), (.postCopyEnd, 0.06),
      (.faultOverhead, 0.001),
      (.deltaBytes, 5), (.deltaTime, 11e-6), (.deltaHit, 0.7635),
      (.mirrorSetup, 0.02), (.coldSetup, 0.103), (.passSetup, 0.03), (.mirrorSettling, 0.34),
      (.diskEfficiency, 0.9944), (.stopOverhead, 0.0334), (.boot, 6.3),
      (.rateNoise, 0.003), (.baseNoise, 0.06), (.dirtyNoise, 0.03), (.bufferNoise, 0.1),
      (.estimateNoise, 0.04), (.phaseNoise, 0.12), (.timeNoise, 0.031), (.byteNoise, 0.0156),
      (.pauseNoise, 0.4), (.pauseJitter, 0.004), (.bulkNoise, 0.0117), (.bootNoise, 0.324),
    ]
    for (constant, value) in constants { profile[constant] = value }
    return profile
  }()
}
