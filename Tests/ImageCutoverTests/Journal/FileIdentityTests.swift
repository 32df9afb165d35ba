import ImageFiles
import SystemPackage
import Testing

@testable import ImageCutover

@Suite struct FileIdentityTests {
  @Test("a write that comes right after a proof shows, also where times are those of ticks") func settled()
    throws
  {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["a"], size: 8192)
    let file = OpenFile(
      try FileDescriptor.open(FilePath(image.path), .readOnly), LinuxFiles(), .source, path: image.path)
    for seed in 1...20 as ClosedRange<UInt64> {
      try image.write(0..<4096, seed: seed)
      let proved = try FileIdentity(settled: file)
      #expect(proved.modified < FileIdentity.lastTick())
      try image.write(0..<4096, seed: seed + 100)
      #expect(try !FileIdentity(file.status()).isUntouched(since: proved))
    }
  }

  @Test("also where files keep whole seconds only, or every other one", arguments: [1, 2] as [Int64])
  func wholeSeconds(_ unit: Int64) throws {
    let workshop = try Workshop(isFast: true)
    let image = try Image(workshop["a"], size: 8192)
    let file = OpenFile(
      try FileDescriptor.open(FilePath(image.path), .readOnly),
      FaultyFiles(unitOfTime: unit * 1_000_000_000), .source, path: image.path)
    for seed in 1...3 as ClosedRange<UInt64> {
      try image.write(0..<4096, seed: seed)
      let proved = try FileIdentity(settled: file)
      try image.write(0..<4096, seed: seed + 100)
      #expect(try !FileIdentity(file.status()).isUntouched(since: proved))
    }
  }
}
