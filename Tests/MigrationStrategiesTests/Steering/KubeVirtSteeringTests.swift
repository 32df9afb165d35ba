import Quantities
import Testing

@testable import CutoverCore
@testable import MigrationStrategies

@Suite("Steering of live migrations: KubeVirt")
struct KubeVirtSteeringTests {
  // MARK: - Legacy

  @Test(
    "the limit is 150 s a decimal gigabyte, rounded up, of memory and moved disks, whatever its name says")
  func deadline() {
    func timeOut(_ memory: Bytes, _ disk: Bytes = .zero) -> Double {
      var rounds = Rounds(KubeVirtSteering(progressTimeout: .zero), memory: memory, disk: disk)
      rounds.play(every: .seconds(10), leaving: 900)
      #expect(rounds.verdict == .abort(isTimeOut: true))
      return rounds.seconds
    }
    // 8 GiB are 8.6 GB: nine of them.
    #expect(timeOut(.gibibytes(8)) == 9 * 150)
    #expect(timeOut(.gigabytes(8)) == 8 * 150)
    #expect(timeOut(.gigabytes(8), .gigabytes(40)) == 48 * 150)
  }

  @Test("no new low for 150 s cancels, and never pauses the guest")
  func progress() {
    var rounds = Rounds(
      KubeVirtSteering(allowsPostCopy: true, allowsDisruption: true), memory: .gigabytes(64))
    rounds.round(after: .seconds(60), leaves: 900)
    rounds.play(every: .seconds(10), leaving: 901)
    #expect(rounds.verdict == .abort(isTimeOut: false) && rounds.seconds == 60 + 150)
  }

  @Test("at the limit: post-copy, else a pause of as long again, else cancel; VFIO gets a longer limit")
  func atTheLimit() {
    func atLimit(_ steering: KubeVirtSteering) -> Rounds {
      var rounds = Rounds(steering, memory: .gigabytes(10))
      // Each round leaves a little less, so that there is progress.
      for round in 0..<290 { rounds.round(after: .seconds(10), leaves: 9_000 - Double(round)) }
      return rounds
    }
    let post = atLimit(KubeVirtSteering(allowsPostCopy: true, allowsDisruption: true))
    #expect(post.verdict == .postCopy && post.course.postCopy == .whenAsked && post.seconds == 1_500)
    let paused = atLimit(KubeVirtSteering(allowsDisruption: true))
    #expect(paused.verdict == .switchOver && paused.course.outage == .seconds(1_500))
    // Post-copy without leave to disturb the workload is not taken (newer versions refuse the pair).
    #expect(atLimit(KubeVirtSteering(allowsPostCopy: true)).verdict == .abort(isTimeOut: true))
    let device = atLimit(KubeVirtSteering(allowsPostCopy: true, allowsDisruption: true, hasPassthrough: true))
    #expect(device.verdict == .switchOver && device.seconds == 1_500)
    #expect(device.course.postCopy == .never)
  }

  // MARK: - Stall detector

  /// A guest whose rest swings between 1,000 and 1,400 ms: no progress, with lows.
  private func swinging(_ steering: KubeVirtSteering, by factor: Double = 1) -> Rounds {
    var rounds = Rounds(steering, memory: .gigabytes(64))
    for round in 0..<400 where rounds.verdict == .again {
      rounds.round(after: .seconds(2), leaves: [1_000, 1_200, 1_400, 1_200][round % 4] * factor)
    }
    return rounds
  }

  @Test("a stall is told when a pass leaves 96 % or more of what passes over 40 s old have left")
  func stall() {
    let detection = StallDetection()
    var state = StallState()
    func told(at seconds: Int64, _ left: Int64) -> Bool {
      state.passEnded(remaining: Bytes(left), detection, at: .zero + .seconds(seconds))
      return state.isAtLow(Bytes(left), detection)
    }
    #expect(!told(at: 0, 1_000))
    #expect(!told(at: 39, 1_000))
    // 959 of 1,000 is progress.
    #expect(!told(at: 40, 959))
    // 965 is above 96 % of 1,000; the low to wait for is 959, which 965 is within 4 % of.
    #expect(told(at: 41, 965))
    #expect(!told(at: 42, 998))
    #expect(told(at: 43, 997))
  }

  @Test("patience: the least since the stall will do after 40 s, then after 20 s")
  func relaxation() {
    let detection = StallDetection()
    var state = StallState()
    var firsts: [Int64] = []
    state.passEnded(remaining: Bytes(1_000), detection, at: .zero)
    // The low is never seen again; what is left rises by and by.
    for second in stride(from: Int64(40), through: 140, by: 1) {
      let left = Bytes(2_000 + second * 10)
      state.passEnded(remaining: left, detection, at: .zero + .seconds(second))
      if state.isAtLow(left, detection) { firsts.append(second) }
    }
    // Told at 40. At 80 the target is the least since, 2,410 (of second 41), and 4 % above it is below what is left then.
    #expect(firsts.isEmpty)
    state = StallState()
    state.passEnded(remaining: Bytes(1_000), detection, at: .zero)
    for (second, left): (Int64, Int64) in [
      (40, 3_000), (60, 2_500), (80, 2_600), (81, 2_601), (99, 2_703), (100, 2_705), (109, 2_703),
    ] {
      state.passEnded(remaining: Bytes(left), detection, at: .zero + .seconds(second))
      if state.isAtLow(Bytes(left), detection) { firsts.append(second) }
    }
    // At 80 the target has become 2,500; 2,600 is exactly 4 % above, 2,601 is not. At 100 it becomes 2,600.
    #expect(firsts == [80, 109])
  }

  @Test(
    "precopy only: at the low within 1.5 times the limit the limit is set to it, and 60 s later it is given up"
  )
  func soft() {
    let rounds = swinging(KubeVirtSteering(maxDowntime: .milliseconds(900), stall: StallDetection()))
    #expect(rounds.limit == 900)
    #expect(rounds.verdict == .abort(isTimeOut: true))
    // The first low after 40 s of no progress is the pass that ends at 42 s.
    #expect(rounds.seconds == 42 + 60)
    // Where the low fits, the guest is stopped at once.
    let fits = swinging(KubeVirtSteering(maxDowntime: .milliseconds(1_000), stall: StallDetection()))
    #expect(fits.verdict == .switchOver && fits.seconds == 42)
  }

  @Test("a pause of over 1.5 times the limit is given up at once")
  func hopeless() {
    let rounds = swinging(
      KubeVirtSteering(maxDowntime: .milliseconds(900), stall: StallDetection()), by: 1.36)
    #expect(rounds.verdict == .abort(isTimeOut: false) && rounds.seconds == 42)
  }

  @Test("with leave to disturb it acts at the low, by post-copy or by stopping, not at the stall")
  func forced() {
    let stopped = swinging(KubeVirtSteering(allowsDisruption: true, stall: StallDetection()), by: 9)
    #expect(stopped.verdict == .switchOver && stopped.seconds == 42)
    let post = swinging(
      KubeVirtSteering(allowsPostCopy: true, allowsDisruption: true, stall: StallDetection()), by: 9)
    #expect(post.verdict == .postCopy)
    // Without the search it acts when the stall is told: the pass at 42 s is the first 40 s after one, and a low too.
    var eager = StallDetection()
    eager.waitsForLow = false
    let atOnce = swinging(KubeVirtSteering(allowsDisruption: true, stall: eager), by: 9)
    #expect(atOnce.seconds == 42)
  }

  @Test("over a link that has died nothing is forced: the rest could not be over by twice the limit")
  func deadLink() {
    // 10 GB: 1,500 s; the rest takes 4,000 s.
    var rounds = Rounds(
      KubeVirtSteering(allowsDisruption: true, stall: StallDetection()), memory: .gigabytes(10))
    rounds.play(every: .seconds(10), leaving: 4e6)
    #expect(rounds.verdict == .abort(isTimeOut: true) && rounds.seconds == 1_500)
  }
}
