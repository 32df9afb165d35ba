extension RigProfile {
  /// QEMU 10.0 under TCG, two processes joined by a shaped veth pair on one busy two-core host.
  public static let qemuTCG: RigProfile = {
    var profile = RigProfile(
      name: "qemu-tcg",
      source: "73 migrations measured between two QEMU 10.0.2 processes (TCG) over a shaped veth pair")
    let constants: [(RigConstant, Double)] = [
      (.guestBase, 65_629_720), (.guestShare, 0.01743664), (.idlePages, 68.96075), (.idleRate, 573.2541),
      (.sweepPhase, 0.6429503), (.throttleExponent, 1.506132), (.setup, 0.005), (.pageHeader, 8.3),
      (.zeroPageBytes, 9), (.zeroScan, 1.121265), (.zeroRun, 0.02218173), (.linkEfficiency, 0.9930895),
      (.limitEfficiency, 1.001423), (.hostRate, 442_552_600), (.burstRate, 4_317_614_000),
      (.burst, 14_000_000),
      (.channelOverhead, 12), (.iteration, 0.04689708), (.limiterWindow, 0.1133668),
      (.bufferLump, 960743.1), (.inFlight, 2_722_104), (.lastPages, 17_612_710), (.deviceState, 20000),
      (.deviceTime, 0.0015), (.resume, 0.003), (.postCopyEnd, 0.06), (.faultOverhead, 0.001),
      (.deltaBytes, 5), (.deltaTime, 4e-06), (.deltaHit, 1.02964), (.mirrorSetup, 0.02),
      (.coldSetup, 0.1051896), (.passSetup, 0.03), (.mirrorSettling, 0.3502135),
      (.diskEfficiency, 0.994708), (.stopOverhead, 0.03406786), (.boot, 6.3), (.rateNoise, 0.003),
      (.baseNoise, 0.06), (.dirtyNoise, 0.03), (.bufferNoise, 0.1), (.estimateNoise, 0.04),
      (.phaseNoise, 0.12), (.timeNoise, 0.02734375), (.byteNoise, 0.01953125), (.pauseNoise, 0.203125),
      (.pauseJitter, 0.01), (.bulkNoise, 0.01171875), (.bootNoise, 0.3242188),
    ]
    for (constant, value) in constants { profile[constant] = value }
    return profile
  }()
}
