import CutoverCore
import Glibc

@testable import ImageCutover

/// A guest that outlives its drivers: it knows where it runs, writes there, and notes whoever would have it run twice.
final class HonestGuest: Sendable {
  enum Place: Hashable, Sendable { case source, nowhere, destination }

  fileprivate struct State {
    var place = Place.source
    var random: SplitMix64
    var violations: [String] = []
    var hasStarted = false
  }

  private let images: [Image]
  /// What each image begins with and the guest leaves alone: its tables. Behind its end it makes the image longer.
  private let tables: Int
  private let state: Monitor<State>

  init(_ images: [Image], seed: UInt64, sparing tables: Int = 0) {
    self.images = images
    self.tables = tables
    state = Monitor(State(random: SplitMix64(state: seed)))
  }

  var place: Place { state.withLock { $0.place } }
  var violations: [String] { state.withLock { $0.violations } }

  /// A moment of life at the source: some pages anywhere, and what an operating system does to its disk.
  func write() {
    state.withLock { state in
      guard state.place == .source else { return }
      for image in images {
        let size = image.size
        for _ in 0..<3 { life(of: image, size, &state) }
      }
    }
  }

  private func life(of image: Image, _ size: Int, _ state: inout State) {
    let grows = tables > 0 && Int.random(in: 0..<8, using: &state.random) == 0
    let start = grows ? size : Int.random(in: tables / 4096..<size / 4096, using: &state.random) * 4096
    let range = start..<(grows ? start + 4096 : min(start + 4096, size))
    if grows { image.resize(to: range.upperBound) }
    switch Int.random(in: 0..<4, using: &state.random) {
    case 0: try? image.punch(range)
    case 1: try? image.zero(range)
    default: try? image.write(range, seed: state.random.next())
    }
  }

  /// Its host boots, and starts what it finds there.
  func revive() {
    state.withLock { state in
      if state.place == .nowhere && !state.hasStarted { state.place = .source }
    }
  }

  /// What one driver holds of it. A dead driver commands nothing.
  func commanded(by files: MortalFiles) -> any GuestControl { Commander(self, files) }

  fileprivate func take(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  private final class Commander: GuestControl {
    let guest: HonestGuest
    let files: MortalFiles

    init(_ guest: HonestGuest, _ files: MortalFiles) {
      self.guest = guest
      self.files = files
    }

    private func command(_ body: (inout State) -> Void) throws {
      if files.isDead { throw Mishap() }
      guest.take(body)
    }

    func pause() throws { try shutDown() }
    func powerOff() throws { try shutDown() }
    func shutDown() throws {
      // Its last words.
      guest.write()
      try command { state in if state.place == .source { state.place = .nowhere } }
    }
    func start(_ method: StartMethod, at image: String) throws {
      try command { state in
        if state.place == .source { state.violations.append("started there while it runs here") }
        state.place = .destination
        state.hasStarted = true
      }
    }
    func fence() throws -> Bool {
      if files.isDead { throw Mishap() }
      return guest.place != .destination
    }
    func restore(_ method: StartMethod) throws {
      try command { state in
        if state.place == .destination { state.violations.append("restored while it runs there") }
        state.place = .source
      }
    }
  }
}
