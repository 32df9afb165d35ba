import MigrationPhysics
import Testing

@Suite struct XenPrecopyTests {
  private let memory = 1024.0 * 1_048_576
  private let rate = 100.0 * 1_048_576

  @Test func anIdleGuestIsCopiedOnce() {
    let course = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate).course { _, _ in 0 }
    #expect(course.rounds.count == 1 && course.totalBytes == memory && course.downtimeSeconds == 0)
    #expect(abs(course.totalSeconds - 10.24) < 1e-9)
  }

  @Test func aGuestThatRewritesAllIsStoppedAfterMoreThanThreeTimesItsMemory() {
    let course = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate)
      .course { _, _ in memory }
    #expect(course.rounds.count == 4 && course.totalBytes == 5 * memory)
    #expect(abs(course.downtimeSeconds - 10.24) < 1e-9)
  }

  @Test func anEndlessTrickleEndsAfterTheLastRound() {
    let course = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate)
      .course { _, _ in 1_048_576 }
    #expect(course.rounds.count == 29 && course.finalBytes == 1_048_576)
  }

  @Test func theRateFollowsTheDirtyingWithinItsBounds() {
    let mebibyte = 1_048_576.0
    let precopy = XenPrecopy(
      firstRound: 100 * mebibyte,
      rate: .adaptive(minimum: 10 * mebibyte, maximum: 50 * mebibyte, step: 5 * mebibyte),
      finalRate: 100 * mebibyte)
    // 10 s; 20 MiB/10 s + 5 is below the minimum; 40/2 s + 5 = 25 MiB/s; 80/1.6 s + 5 is above the maximum.
    let course = precopy.course { round, _ in [20 * mebibyte, 40 * mebibyte, 80 * mebibyte][round] }
    #expect(course.rounds.map(\.duration) == [10, 2, 1.6])
    #expect(course.finalBytes == 80 * mebibyte && abs(course.downtimeSeconds - 0.8) < 1e-12)
  }

  @Test func stoppedFromTheStartAllOfItIsDowntime() {
    var precopy = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate)
    precopy.resume = 1
    precopy.fixed = 2
    let course = precopy.course { _, _ in nil }
    #expect(course.rounds.isEmpty && abs(course.downtimeSeconds - 11.24) < 1e-9)
    #expect(abs(course.totalSeconds - 13.24) < 1e-9)
  }
}
