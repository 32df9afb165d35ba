import CutoverCore
import MigrationStrategies
import Quantities
import Testing

@testable import MigrationPhysics

/// The prediction of one image's cutover, by hand: 4 GB are copied, looked at again, and compared at 0.5 GB/s.
@Suite struct ImagePredictionTests {
  private func predict(
    _ strategy: any MigrationStrategy, writes: ByteRate = .zero, limit: ByteRate? = nil
  ) throws -> ImagePrediction {
    let (allocated, virtual) = (Bytes.gigabytes(4), Bytes.gigabytes(100))
    let plan = try strategy.plan(
      for: MigrationRequest(guest: GuestFacts(diskVirtual: virtual, diskAllocated: allocated)))
    let rate = ByteRate(bytesPerSecond: 0.5e9)
    return try ImagePrediction(
      plan,
      ImagePrediction.Circumstances(
        allocated: allocated, virtualSize: virtual, copyRate: rate, scanRate: rate, compareRate: rate,
        spread: 0.1, rateLimit: limit, guestWrites: writes))
  }

  @Test("cold: 8 s of copy and 8 s of proof, all of it in the pause")
  func cold() throws {
    let prediction = try predict(Cold())
    #expect(abs(prediction.seconds - 16) < 1e-6)
    #expect(abs(prediction.pauseSeconds - 16) < 1e-6)
    #expect(prediction.bytes == 4e9)
    #expect(prediction.outcome == "completed")
  }

  @Test("warm without writes: copy and a second look before, then a last look for changes and the proof")
  func warm() throws {
    let prediction = try predict(Warm())
    // 8 s copy and 8 s scan, for after the first pass nobody knows what remains; 8 s scan and 8 s proof in the pause.
    #expect(abs(prediction.seconds - 32) < 1e-6)
    #expect(abs(prediction.pauseSeconds - 16) < 1e-6)
  }

  @Test("reboot moves in the pause what was written during the copy")
  func reboot() throws {
    let prediction = try predict(Reboot(), writes: ByteRate(bytesPerSecond: 10e6))
    // 10 MB/s for 8 s over 4 GB, each place counted once: 4e9 (1 - exp(-0.02)) = 79.2 MB, 0.158 s at 0.5 GB/s.
    #expect(abs(prediction.bytes - (4e9 + 79.205e6)) < 1e5)
    #expect(abs(prediction.pauseSeconds - 16.158) < 1e-2)
  }

  @Test("a rate limit holds back the copy")
  func limit() throws {
    let prediction = try predict(Warm(), limit: ByteRate(bytesPerSecond: 100e6))
    #expect(abs(prediction.seconds - 64) < 1e-6)
  }

  @Test("but not what is moved while the guest is down") func limitInOutage() throws {
    let limit = ByteRate(bytesPerSecond: 100e6)
    #expect(abs(try predict(Cold(), limit: limit).seconds - 16) < 1e-6)
    // 10 MB/s for 40 s: 4e9 (1 - exp(-0.1)) = 380.65 MB, 0.7613 s at 0.5 GB/s; 8 s of a last look, 8 s of proof.
    let reboot = try predict(Reboot(), writes: ByteRate(bytesPerSecond: 10e6), limit: limit)
    #expect(abs(reboot.pauseSeconds - 16.7613) < 1e-3)
  }

  @Test("the ends are those of rates by Student's t times their spread and a disk's drift higher and lower")
  func interval() throws {
    let prediction = try predict(Cold())
    #expect(abs(prediction.low - 16 / 1.332764) < 1e-4)
    #expect(abs(prediction.high - 16 * 1.332764) < 1e-4)
    #expect(abs(prediction.pauseHigh - 16 * 1.332764) < 1e-4)
  }
}
