package import DiskImages
internal import ImageFiles

/// One hostile image: whatever its bytes are, it is read or refused, and what is read is the same in every way.
///
/// The first byte chooses: bit 0 qcow2 or VHD, bit 1 whether checksums are put right, so that what lies behind them is
/// reached. The rest is the file.
package struct FuzzCase {
  package enum Outcome: Hashable, Sendable {
    case read, refused
  }

  package struct Contradiction: Error {}

  let format: ImageFormat
  package private(set) var image: [UInt8]

  package init(_ bytes: [UInt8]) {
    let choice = bytes.first ?? 0
    format = choice & 1 == 0 ? .qcow2 : .vhd
    image = Array(bytes.dropFirst())
    if format == .vhd, choice & 2 != 0 {
      seal(0, length: 512, at: 64)
      seal(512, length: 1024, at: 36)
      seal(image.count - 512, length: 512, at: 64)
    }
  }

  package static func bytes(_ format: ImageFormat, _ image: [UInt8]) -> [UInt8] {
    [format == .qcow2 ? 0 : 3] + image
  }

  private mutating func seal(_ start: Int, length: Int, at place: Int) {
    guard start >= 0, start + length <= image.count else { return }
    var sum: UInt32 = 0
    for index in start..<start + length where !(start + place..<start + place + 4).contains(index) {
      sum &+= UInt32(image[index])
    }
    for index in 0..<4 { image[start + place + index] = UInt8(~sum >> UInt32(24 - 8 * index) & 255) }
  }

  /// The most of a disk that is read as a whole, and the most extents that are walked: disks may be 2^60 bytes.
  private static let most: Int64 = 1 << 20
  private static let mostExtents = 20_000

  package func run() throws -> Outcome {
    let files = MemoryFiles([
      "image.qcow2": image, "image.vhd": image, "base.raw": Array(repeating: 7, count: 3000),
      "base.vhd": image,
    ])
    do {
      let disk = try VirtualDisk(
        opening: "image.\(format.rawValue)", options: OpeningOptions(format: format, depth: 4), files: files)
      try compare(disk)
      if disk.virtualSize < 1 << 32 { _ = try disk.check() }
      return .read
    } catch is ImageProblem { return .refused } catch is FileFault { return .refused }
  }

  private func compare(_ disk: VirtualDisk) throws {
    var walked: [UInt8] = []
    var extents = disk.extents()
    var reader = disk.reader()
    var (position, count): (Int64, Int) = (0, 0)
    while let extent = try extents.next(), count < Self.mostExtents {
      guard extent.range.lowerBound == position, extent.length > 0 else { throw Contradiction() }
      position = extent.range.upperBound
      count += 1
      let wanted = min(position, Self.most) - extent.range.lowerBound
      guard wanted > 0 else { continue }
      let start = walked.count
      walked += repeatElement(0, count: Int(wanted))
      try walked.withUnsafeMutableBytes { try reader.read(extent, into: .init(rebasing: $0[start...])) }
    }
    var plain = [UInt8](repeating: 1, count: walked.count)
    for start in stride(from: 0, to: plain.count, by: 70_001) {
      try plain.withUnsafeMutableBytes {
        try reader.read(into: .init(rebasing: $0[start..<min(start + 70_001, $0.count)]), at: Int64(start))
      }
    }
    if walked != plain { throw Contradiction() }
  }
}
