import DiskImages
import Glibc
import Testing

@testable import ImageCutover
@testable import ImageFiles

/// A directory of one test's own, removed with everything in it when the test is over.
final class Workshop: Sendable {
  let path: String

  /// - Parameter isFast: In memory, where there is such a place: for tests that flush thousands of times.
  init(isFast: Bool = false) throws {
    let place = isFast && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let chosen = isFast ? place : getenv("TMPDIR").map { String(cString: $0) } ?? place
    var template = Array((chosen + "/cutover-XXXXXX").utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  deinit { remove(".") }

  private func remove(_ folder: String) {
    for name in names(in: folder) where unlink(self[folder + "/" + name]) != 0 { remove(folder + "/" + name) }
    rmdir(self[folder == "." ? "" : folder])
  }

  /// A folder in it; its path.
  func folder(_ name: String) throws -> String {
    try #require(mkdir(path + "/" + name, 0o755) == 0)
    return path + "/" + name
  }

  subscript(name: String) -> String { path + "/" + name }

  /// What is in it, sorted.
  var names: [String] { names(in: ".") }

  func names(in folder: String) -> [String] {
    guard let directory = opendir(path + "/" + folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// Images as tests make and look at them, by plain calls and none of the code under test (but the names of calls
/// that Glibc's module hides).
struct Image {
  let path: String

  /// An image of this size with random bytes in `data`.
  @discardableResult
  init(_ path: String, size: Int, data: [Range<Int>] = [], seed: UInt64 = 1) throws {
    self.path = path
    let file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o644)
    try #require(file >= 0)
    defer { close(file) }
    try #require(ftruncate(file, size) == 0)
    var random = SplitMix64(state: seed)
    for range in data { try Self.fill(file, range, &random) }
  }

  init(at path: String) { self.path = path }

  private static func fill(_ file: Int32, _ range: Range<Int>, _ random: inout SplitMix64) throws {
    var bytes = [UInt64](repeating: 0, count: range.count / 8 + 1)
    for index in bytes.indices { bytes[index] = random.next() }
    let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, range.count, range.lowerBound) }
    try #require(written == range.count)
  }

  func write(_ range: Range<Int>, seed: UInt64) throws {
    let file = open(path, O_RDWR)
    defer { close(file) }
    var random = SplitMix64(state: seed)
    try Self.fill(file, range, &random)
  }

  func write(_ range: Range<Int>, bytes: [UInt8]) throws {
    let file = open(path, O_RDWR)
    defer { close(file) }
    try #require(pwrite(file, bytes, range.count, range.lowerBound) == range.count)
  }

  func zero(_ range: Range<Int>) throws {
    let file = open(path, O_RDWR)
    defer { close(file) }
    let bytes = [UInt8](repeating: 0, count: range.count)
    try #require(pwrite(file, bytes, range.count, range.lowerBound) == range.count)
  }

  func punch(_ range: Range<Int>) throws {
    let file = open(path, O_RDWR)
    defer { close(file) }
    try #require(LinuxCall.punchHole(file, Int64(range.lowerBound), Int64(range.count)) == 0)
  }

  func resize(to size: Int) { truncate(path, size) }

  var bytes: [UInt8] {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = pread(file, &bytes, size, 0)
    return count == size ? bytes : []
  }

  /// What the disk in it holds, as its format says.
  func disk(_ format: DiskFormat) throws -> [UInt8] {
    if format == .raw { return bytes }
    let disk = try VirtualDisk(opening: path, options: OpeningOptions(format: format.image))
    var reader = disk.reader()
    var bytes = [UInt8](repeating: 0, count: Int(disk.virtualSize))
    try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: 0) }
    #expect(try disk.check().problems.isEmpty)
    return bytes
  }

  /// The data ranges as `SEEK_DATA` and `SEEK_HOLE` tell them.
  var map: [Range<Int>] {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var ranges: [Range<Int>] = []
    var position = 0
    while true {
      let start = lseek(file, position, LinuxCall.seekData)
      if start < 0 { return ranges }
      position = lseek(file, start, LinuxCall.seekHole)
      ranges.append(start..<position)
    }
  }

  var status: stat {
    var status = stat()
    lstat(path, &status)
    return status
  }

  var size: Int { Int(status.st_size) }
  var allocated: Int { Int(status.st_blocks) * 512 }
  var exists: Bool { access(path, F_OK) == 0 }
}

/// A random layout of extents, odd sizes and all.
struct RandomLayout {
  let size: Int
  let data: [Range<Int>]
  let punched: [Range<Int>]

  init(seed: UInt64, most: Int = 3 << 20) {
    var random = SplitMix64(state: seed)
    let size = Int.random(in: 1...most, using: &random)
    self.size = size
    func range() -> Range<Int> {
      let start = Int.random(in: 0..<size, using: &random)
      return start..<min(size, start + Int.random(in: 1...300_000, using: &random))
    }
    data = (0..<Int.random(in: 0...8, using: &random)).map { _ in range() }
    punched = (0..<Int.random(in: 0...4, using: &random)).map { _ in range() }
  }

  func make(_ path: String) throws -> Image {
    let image = try Image(path, size: size, data: data, seed: UInt64(size))
    for range in punched { try image.punch(range) }
    return image
  }
}
