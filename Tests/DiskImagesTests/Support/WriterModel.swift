import ImageFiles
import TestTools
import Testing

@testable import DiskImages

/// A writer beside the plain array that its disk must equal, whatever is done to both in whatever order.
struct WriterModel {
  let bench: Workbench
  let name: String
  let format: ImageFormat
  private(set) var expected: [UInt8]
  private var writer: any ImageWriter
  private var random: Seeded
  private(set) var log: [String] = []
  /// What the last checkpoint promised.
  private var kept: (checkpoint: WriterCheckpoint, expected: [UInt8])?

  init(seed: UInt64, in bench: Workbench, _ files: any FileAccess = LinuxFiles()) throws {
    self.bench = bench
    random = Seeded(seed)
    format = random.pick([.qcow2, .qcow2, .vhd, .raw])
    name = "image.\(format.rawValue)"
    let size = Int.random(in: 1...(random.chance(0.1) ? 20_000 : 2_000), using: &random) * 512
    let unit: Int64? =
      switch format {
      case .qcow2: random.pick([512, 4096, 65536, nil, 2 << 20])
      case .vhd: random.chance(0.5) ? nil : random.pick([4096, 65536])
      case .raw: nil
      }
    expected = Array(repeating: 0, count: size)
    writer = try ImageWriters.create(format, in: bench.create(name, files), size: Int64(size), unit: unit)
    log.append("create \(format) size \(size) unit \(unit ?? 0)")
  }

  mutating func run() throws {
    for _ in 0..<Int.random(in: 0...14, using: &random) { try step() }
    log.append("finish")
    try writer.finish()
  }

  private mutating func step() throws {
    switch Int.random(in: 0..<11, using: &random) {
    case 0: try grow()
    case 1:
      log.append("checkpoint")
      kept = (try writer.checkpoint(), expected)
    case 2: try crash()
    case 3, 4: try zero()
    case 5:
      let most = random.pick([0, 5000, 8 << 20])
      log.append("hold \(most)")
      try writer.holdTables(within: most)
    default: try write()
    }
  }

  private mutating func range() -> Range<Int> {
    let start = Int.random(in: 0..<expected.count, using: &random)
    let most = min(expected.count - start, random.pick([1, 600, 5000, 200_000]))
    return start..<start + Int.random(in: 1...most, using: &random)
  }

  private mutating func write() throws {
    let range = range()
    let pattern = UInt8.random(in: 1...255, using: &random)
    log.append("write \(range) \(pattern)")
    expected.replaceSubrange(range, with: repeatElement(pattern, count: range.count))
    let places = try writer.place(Int64(range.lowerBound)..<Int64(range.upperBound))
    #expect(
      try writer.place(Int64(range.lowerBound)..<Int64(range.upperBound)) == places, "a place is for ever")
    #expect(try writer.places(in: Int64(range.lowerBound)..<Int64(range.upperBound)) == places)
    var position = Int64(range.lowerBound)
    for place in places {
      #expect(place.range.lowerBound == position)
      position = place.range.upperBound
      let bytes = [UInt8](repeating: pattern, count: place.range.count)
      try bytes.withUnsafeBytes { try writer.file.write($0, at: place.offset) }
    }
    #expect(position == Int64(range.upperBound), "all of it has a place")
  }

  private mutating func zero() throws {
    let range = range()
    log.append("zero \(range)")
    expected.replaceSubrange(range, with: repeatElement(0, count: range.count))
    for place in try writer.places(in: Int64(range.lowerBound)..<Int64(range.upperBound)) {
      try writer.file.punchHole(place.fileRange)
    }
  }

  private mutating func grow() throws {
    let size = expected.count + Int.random(in: 0...3000, using: &random) * 512
    log.append("grow \(size)")
    try writer.grow(to: Int64(size))
    expected += Array(repeating: 0, count: size - expected.count)
  }

  /// All that was done since the last checkpoint is done again, as a resumed copy does: places and bytes.
  private mutating func crash() throws {
    guard let kept else { return }
    log.append("resume")
    // What was written to places of the checkpoint's own time is still there; the copy writes it again.
    let later = expected
    writer = try ImageWriters.resume(kept.checkpoint, in: writer.file)
    #expect(writer.virtualSize == kept.checkpoint.virtualSize)
    expected = Array(later.prefix(Int(writer.virtualSize)))
    for start in stride(from: 0, to: expected.count, by: 4096) {
      let range = start..<min(start + 4096, expected.count)
      let bytes = Array(expected[range])
      let isZero = bytes.allSatisfy { $0 == 0 }
      let wide = Int64(range.lowerBound)..<Int64(range.upperBound)
      for place in try isZero ? writer.places(in: wide) : writer.place(wide) {
        if isZero {
          try writer.file.punchHole(place.fileRange)
        } else {
          let part = Int(place.range.lowerBound) - start..<Int(place.range.upperBound) - start
          try bytes.withUnsafeBytes {
            try writer.file.write(.init(rebasing: $0[part]), at: place.offset)
          }
        }
      }
    }
  }
}
