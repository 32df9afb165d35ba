internal import Glibc
internal import Quantities

/// The clock of real cutovers: nanoseconds of the monotonic clock.
func monotonicNow() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// Lets the calling thread sleep.
func sleepFor(_ time: Duration) {
  guard time > .zero else { return }
  var request = timespec()
  request.tv_sec = Int(time.nanoseconds / 1_000_000_000)
  request.tv_nsec = Int(time.nanoseconds % 1_000_000_000)
  nanosleep(&request, nil)
}
