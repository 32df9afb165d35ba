import CutoverCore
import Glibc
import Quantities

@testable import ImageCutover

/// A guest that writes to the image from several threads at once, in every way that a program can: through the cache,
/// past it, and through a mapping. It counts the writes, and may keep a log of them.
final class StormGuest: WritingGuest {
  enum Way: CaseIterable, Sendable { case buffered, direct, mapped, punching }

  private struct State {
    var isRunning = true
    var threads = 0
    var writes = 0
  }

  private let path: String
  private let size: Int
  private let ways: [Way]
  private let log: String?
  private let state = Monitor(State())

  /// - Parameter log: A write log to append to, made here.
  init(_ path: String, size: Int, ways: [Way] = Way.allCases, log: String? = nil) {
    self.path = path
    self.size = size
    self.ways = ways
    self.log = log
    guard let log else { return }
    let file = open(log, O_WRONLY | O_CREAT, 0o600)
    write(file, "FSWRLOG1", 8)
    close(file)
  }

  var writes: Int { state.withLock { $0.writes } }

  func awaitWrites(_ count: Int) {
    state.wait(until: monotonicNow() + .seconds(30)) { $0.writes >= count || !$0.isRunning }
  }

  func attach() throws {
    for (number, way) in ways.enumerated() {
      state.withLock { $0.threads += 1 }
      try detachThread { [self] in
        storm(way, UInt64(number + 1))
        state.withLock { $0.threads -= 1 }
      }
    }
  }

  func detach() { halt() }
  func pause() { halt() }
  func shutDown() { halt() }
  func powerOff() { halt() }
  func start(_ method: StartMethod, at image: String) {}
  func fence() -> Bool { true }
  func restore(_ method: StartMethod) {}

  private func halt() {
    state.withLock { $0.isRunning = false }
    state.wait { $0.threads == 0 }
  }

  private func storm(_ way: Way, _ seed: UInt64) {
    let direct: Int32 = way == .direct ? 0o40000 : 0
    let file = open(path, O_RDWR | direct)
    let logFile = log.map { open($0, O_WRONLY | O_APPEND) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 4096)
    let mapping = way == .mapped ? mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : nil
    defer {
      if way == .mapped { munmap(mapping, size) }
      memory.deallocate()
      close(file)
      if let logFile { close(logFile) }
    }
    var random = SplitMix64(state: seed)
    while state.withLock({ $0.isRunning }) {
      let pages = Int.random(in: 1...8, using: &random)
      let offset = Int.random(in: 0..<size / 4096 - pages, using: &random) * 4096
      for index in 0..<pages * 512 {
        memory.storeBytes(of: random.next(), toByteOffset: index * 8, as: UInt64.self)
      }
      switch way {
      case .buffered, .direct: pwrite(file, memory.baseAddress, pages * 4096, offset)
      case .mapped:
        if let mapping, let base = memory.baseAddress { memcpy(mapping + offset, base, pages * 4096) }
      case .punching: _ = LinuxCallForTests.punch(file, offset, pages * 4096)
      }
      if let logFile {
        let (place, length) = (UInt64(offset), UInt64(pages * 4096))
        let words = [place.littleEndian, length.littleEndian, WriteLog.check(place, length).littleEndian]
        words.withUnsafeBytes { _ = write(logFile, $0.baseAddress, $0.count) }
      }
      state.withLock { $0.writes += 1 }
      sleepFor(.milliseconds(1))
    }
  }
}
