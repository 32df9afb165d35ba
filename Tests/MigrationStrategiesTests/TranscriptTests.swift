import CutoverCore
import MigrationStrategies
import Quantities
import Testing

@Suite("Typical runs, event by event")
struct TranscriptTests {
  static let guest = GuestFacts(
    memory: .megabytes(8_000), diskVirtual: .megabytes(80_000), diskAllocated: .megabytes(20_000))

  func expect(_ strategy: some MigrationStrategy, _ request: MigrationRequest, _ text: String) throws {
    let replayed = try Transcript(plan: strategy.plan(for: request)).replay(text)
    #expect(replayed == text)
  }

  @Test("warm: mirrored while it runs, shut down, resized, booted")
  func warm() throws {
    try expect(
      Warm(), MigrationRequest(guest: Self.guest, resizeTo: .megabytes(40_000)),
      """
         0 s  begin                           -> prepareDestination, until 600 s
         5 s  prepared                        -> copy(disk, pass 0), until 86400 s
       405 s  copied(20000 MB, 900 MB remain) -> copy(disk, pass 1), until 86400 s
       423 s  copied(900 MB, 40 MB remain)    -> shutDownGuest, until 483 s
       441 s  guestStopped                    -> moveRemaining(disk), until 86823 s
       442 s  moved(42 MB)                    -> resizeDestination(40000 MB), until 86823 s
       443 s  resized                         -> verifyDestination, until 86823 s
       460 s  verified                        -> startDestination(boot), until 2260 s
       492 s  started                         -> releaseSource, until 1092 s
       493 s  released                        -> finish(completed)
      down for 69 s; sent 20000 MB of disk, 0 of memory, 900 MB again, 42 MB while down
      """)
  }

  @Test("warm: a guest that does not shut down runs on where it is")
  func warmIgnored() throws {
    try expect(
      Warm(), MigrationRequest(guest: Self.guest),
      """
         0 s  begin                          -> prepareDestination, until 600 s
         5 s  prepared                       -> copy(disk, pass 0), until 86400 s
       405 s  copied(20000 MB, 50 MB remain) -> shutDownGuest, until 465 s
       465 s  deadlinePassed                 -> restoreSource(boot), until 2265 s
       466 s  restored                       -> discardDestination, until 1066 s
       470 s  discarded                      -> finish(shutdown_ignored)
      down for 0 s; sent 20000 MB of disk, 0 of memory, 0 again, 0 while down
      """)
  }

  @Test("live: the destination does not come up, is fenced, and the source goes on where it stood")
  func liveRollback() throws {
    try expect(
      Live(), MigrationRequest(guest: Self.guest),
      """
       0 s  begin                           -> prepareDestination, until 600 s
       2 s  prepared                        -> copy(disk, pass 0), until 86400 s
      22 s  copied(20000 MB, 60 MB remain)  -> copy(memory, pass 0), until 86400 s
      30 s  copied(8000 MB, 1200 MB remain) -> copy(memory, pass 1), until 86400 s
      32 s  copied(1200 MB, 200 MB remain)  -> pauseGuest, until 632 s
      32 s  guestStopped                    -> moveRemaining(disk), until 86432 s
      33 s  moved(60 MB)                    -> moveRemaining(memory), until 86432 s
      33 s  moved(210 MB)                   -> moveDeviceState, until 86432 s
      33 s  moved(1 MB)                     -> verifyDestination, until 86432 s
      34 s  verified                        -> startDestination(resume), until 1834 s
      35 s  cancelled                       -> (on with) startDestination(resume), until 1834 s
      35 s  failed(guest)                   -> fenceDestination, until 635 s
      36 s  fenced                          -> restoreSource(resume), until 636 s
      36 s  restored                        -> discardDestination, until 636 s
      37 s  discarded                       -> finish(failed_guest)
      down for 4 s; sent 20000 MB of disk, 8000 MB of memory, 1200 MB again, 271 MB while down
      """)
  }

  @Test("live: a guest that writes faster than the link is slowed until it fits")
  func liveThrottled() throws {
    try expect(
      Live(autoConverge: true), MigrationRequest(guest: Self.guest, disk: .shared),
      """
       0 s  begin                           -> prepareDestination, until 600 s
       1 s  prepared                        -> copy(memory, pass 0), until 86400 s
       9 s  copied(8000 MB, 4800 MB remain) -> copy(memory, pass 1), until 86400 s
      14 s  copied(4800 MB, 2900 MB remain) -> copy(memory, pass 2, throttle 0.2), until 86400 s
      17 s  copied(2900 MB, 900 MB remain)  -> copy(memory, pass 3, throttle 0.2), until 86400 s
      18 s  copied(900 MB, 250 MB remain)   -> pauseGuest, until 618 s
      18 s  guestStopped                    -> moveRemaining(memory), until 86418 s
      18 s  moved(250 MB)                   -> moveDeviceState, until 86418 s
      18 s  moved(1 MB)                     -> verifyDestination, until 86418 s
      18 s  verified                        -> startDestination(resume), until 1818 s
      19 s  started                         -> releaseSource, until 619 s
      20 s  released                        -> finish(completed)
      down for 1 s; sent 0 of disk, 8000 MB of memory, 8600 MB again, 251 MB while down
      """)
  }

  @Test("reboot: at the agreed time the guest ignores the shutdown, and its plug is pulled")
  func rebootIgnored() throws {
    try expect(
      Reboot(), MigrationRequest(guest: Self.guest, notBefore: .zero + .hours(1)),
      """
         0 s  begin                           -> prepareDestination, until 600 s
         5 s  prepared                        -> copy(disk, pass 0), until 86400 s
       405 s  copied(20000 MB, 900 MB remain) -> waitUntil(3600 s), until 4200 s
      3600 s  timeReached                     -> shutDownGuest, until 3660 s
      3660 s  deadlinePassed                  -> powerOffGuest, until 4260 s
      3661 s  guestStopped                    -> moveRemaining(disk), until 90060 s
      3701 s  moved(2000 MB)                  -> verifyDestination, until 90060 s
      3710 s  verified                        -> startDestination(boot), until 5510 s
      3740 s  started                         -> releaseSource, until 4340 s
      3741 s  released                        -> finish(completed)
      down for 80 s; sent 20000 MB of disk, 0 of memory, 0 again, 2000 MB while down
      """)
  }

  @Test(
    "cold: the source dies when everything has moved; a wish to stop comes too late, and the guest is saved")
  func coldSaved() throws {
    try expect(
      Cold(), MigrationRequest(guest: Self.guest),
      """
        0 s  begin           -> prepareDestination, until 600 s
        3 s  prepared        -> shutDownGuest, until 63 s
       20 s  guestStopped    -> moveRemaining(disk), until 172803 s
      420 s  moved(20000 MB) -> verifyDestination, until 172803 s
      430 s  sourceLost      -> (on with) verifyDestination, until 172803 s
      431 s  cancelled       -> (on with) verifyDestination, until 172803 s
      440 s  verified        -> startDestination(boot), until 2240 s
      470 s  started         -> finish(completed)
      down for 467 s; sent 0 of disk, 0 of memory, 0 again, 20000 MB while down
      """)
  }
}
