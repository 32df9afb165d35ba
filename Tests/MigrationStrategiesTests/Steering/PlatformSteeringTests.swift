import Quantities
import Testing

@testable import CutoverCore
@testable import MigrationStrategies

/// Each platform's published behaviour, played to its steering.
@Suite("Steering of live migrations as platforms do it")
struct PlatformSteeringTests {
  // MARK: - QEMU

  @Test("QEMU stops when the rest takes at most 300 ms, and never gives up")
  func qemu() {
    var rounds = Rounds(QEMUSteering())
    rounds.play(every: .seconds(1), leaving: 301, most: 5_000)
    #expect(rounds.verdict == .again && rounds.limit == 300 && rounds.state.throttle == 0)
    #expect(rounds.round(after: .seconds(1), leaves: 300) == .switchOver)
  }

  @Test(
    "QEMU's auto-converge: 20 %, then 10 % more at every second look that finds over half dirtied, up to 99 %"
  )
  func autoConverge() {
    var rounds = Rounds(QEMUSteering(autoConverge: true))
    var seen: [Double] = []
    for _ in 0..<20 {
      // It looks once a second or more.
      rounds.round(after: .milliseconds(1_100), leaves: 510, sent: .megabytes(1))
      seen.append((rounds.state.throttle * 100).rounded())
    }
    #expect(seen == [0, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60, 70, 70, 80, 80, 90, 90, 99, 99, 99])
  }

  // MARK: - Nova

  @Test("Nova at 8 GiB: 50 to 500 ms in 11 values, one every 600 s; abort at 6400 s")
  func nova() {
    var rounds = Rounds(NovaSteering())
    var values: [Double] = [rounds.limit]
    var times: [Double] = [0]
    while rounds.verdict == .again {
      rounds.round(after: .seconds(10), leaves: 501)
      if rounds.limit != values.last {
        values.append(rounds.limit)
        times.append(rounds.seconds)
      }
    }
    #expect(values == [50, 95, 140, 185, 230, 275, 320, 365, 410, 455, 500])
    #expect(times == [0, 600, 1_200, 1_800, 2_400, 3_000, 3_600, 4_200, 4_800, 5_400, 6_000])
    #expect(rounds.verdict == .abort(isTimeOut: true) && rounds.seconds == 6_400)
  }

  @Test("Nova's own example: 3 GB, 400 ms, 10 steps, 30 s: 40 to 400 ms in steps of 36, every 90 s")
  func novaDocstring() {
    let rounds = Rounds(
      NovaSteering(downtime: .milliseconds(400), steps: 10, delay: .seconds(30)), memory: .gibibytes(3))
    let steps = rounds.course.rounds.rules.prefix(10).map { ($0.when, $0.remedy) }
    for (index, step) in steps.enumerated() {
      #expect(step.0 == .elapsed(.seconds(Int64(90 * (index + 1)))))
      #expect(step.1 == .setDowntimeLimit(.milliseconds(Int64(76 + 36 * index))))
    }
    #expect(rounds.limit == 40)
  }

  @Test("Nova counts a small guest, and each small disk, as 2 GiB; a disk only if it has to move")
  func novaFloor() {
    func timeOut(_ memory: Bytes, _ disk: Bytes) -> Double {
      var rounds = Rounds(NovaSteering(), memory: memory, disk: disk)
      rounds.play(every: .seconds(10), leaving: 900)
      return rounds.seconds
    }
    #expect(timeOut(.mebibytes(512), .zero) == 1_600)
    #expect(timeOut(.mebibytes(512), .gibibytes(1)) == 3_200)
    #expect(timeOut(.gibibytes(4), .gibibytes(20)) == 19_200)
  }

  @Test(
    "Nova forced to complete: post-copy where permitted, else the guest is paused; throttling yields to post-copy"
  )
  func novaForced() {
    var paused = Rounds(NovaSteering(forcesCompletion: true))
    paused.play(every: .seconds(10), leaving: 900)
    #expect(paused.verdict == .switchOver)
    var post = Rounds(NovaSteering(forcesCompletion: true, permitsPostCopy: true, permitsAutoConverge: true))
    post.play(every: .seconds(10), leaving: 900)
    #expect(post.verdict == .postCopy && post.course.postCopy == .whenAsked && post.state.throttle == 0)
    var slowed = Rounds(NovaSteering(permitsAutoConverge: true))
    slowed.round(after: .seconds(2), leaves: 900, sent: .megabytes(1))
    slowed.round(after: .seconds(2), leaves: 900, sent: .megabytes(1))
    #expect(slowed.state.throttle == 0.2)
  }

  // MARK: - oVirt

  @Test(
    "oVirt's minimal downtime: the limit follows the count of rounds, which must be above the item's number")
  func ovirt() {
    var rounds = Rounds(OVirtSteering.minimalDowntime)
    var limits: [Double] = []
    while rounds.verdict == .again {
      rounds.round(after: .seconds(1), leaves: 9_000)
      limits.append(rounds.limit)
    }
    // Rounds 1 to 8; the last one aborts.
    #expect(limits == [100, 150, 200, 300, 400, 400, 500, 500])
    #expect(rounds.verdict == .abort(isTimeOut: false))
  }

  @Test("oVirt's other policies: 5 s, then abort; post-copy after three rounds")
  func ovirtLast() {
    var suspend = Rounds(OVirtSteering.suspendIfNeeded)
    suspend.play(every: .seconds(1), leaving: 9_000, most: 8)
    #expect(suspend.verdict == .again && suspend.limit == 5_000)
    #expect(suspend.round(after: .seconds(1), leaves: 9_000) == .abort(isTimeOut: false))
    var post = Rounds(OVirtSteering.postCopy)
    post.play(every: .seconds(1), leaving: 9_000)
    #expect(post.verdict == .postCopy && post.state.passes == 4)
    var large = Rounds(OVirtSteering.veryLargeVMs)
    large.play(every: .seconds(1), leaving: 9_000, most: 7)
    #expect(large.limit == 1_500)
  }

  // MARK: - Proxmox

  @Test("Proxmox doubles the limit at every sixth rise, to 2000 s at the most, and never gives up")
  func proxmox() {
    var rounds = Rounds(ProxmoxSteering())
    var limits: [Double] = []
    // Up and down in turn: one rise every two rounds.
    for round in 0..<400 {
      rounds.round(after: .seconds(1), leaves: round.isMultiple(of: 2) ? 3e6 : 4e6)
      if rounds.limit != limits.last ?? 100 {
        limits.append(rounds.limit)
        #expect(round + 1 == 12 * limits.count)
      }
    }
    #expect(rounds.verdict == .again)
    #expect(limits == (1...14).map { Double(100 << $0) } + [2e6])
  }

  // MARK: - Xen

  @Test("Xen stops after five rounds whatever is left, or below 50 dirty pages")
  func xen() {
    var busy = Rounds(XenSteering())
    busy.play(every: .seconds(1), leaving: 9_000)
    #expect(busy.verdict == .switchOver && busy.state.passes == 5)
    var quiet = Rounds(XenSteering())
    #expect(quiet.round(after: .seconds(1), leaves: 50 * 4.096) == .again)
    #expect(quiet.round(after: .seconds(1), leaves: 49 * 4.096) == .switchOver)
  }

  @Test("Xen of old stops after 29 rounds, or when three times the memory has been sent")
  func classicXen() {
    var rounds = Rounds(XenSteering.classic, memory: .gigabytes(8))
    rounds.play(every: .seconds(1), leaving: 9_000)
    #expect(rounds.verdict == .switchOver && rounds.state.passes == 24)
    var small = Rounds(XenSteering.classic, memory: .gigabytes(80))
    small.play(every: .seconds(1), leaving: 9_000)
    #expect(small.state.passes == 29)
  }

  // MARK: - vSphere

  @Test("vSphere slows a guest that dirties faster than is sent, and no other")
  func vSphere() {
    var rounds = Rounds(VSphereSteering(step: 0.25, most: 0.8))
    rounds.round(after: .seconds(1), leaves: 1_900, sent: .megabytes(2))
    #expect(rounds.state.throttle == 0)
    var seen: [Double] = []
    for _ in 0..<4 {
      rounds.round(after: .seconds(1), leaves: 2_100, sent: .megabytes(2))
      seen.append(rounds.state.throttle)
    }
    #expect(seen == [0.25, 0.5, 0.75, 0.8])
    #expect(rounds.round(after: .seconds(1), leaves: 1_000) == .switchOver)
  }
}
