internal import Quantities

/// From where to where a disk is moved, as devices: the file systems of the source with its parents, or the devices that
/// are sources themselves, and the file system of the destination.
struct DiskRoute: Hashable, Sendable {
  var sources: Set<UInt64>
  var destination: UInt64

  fileprivate var devices: Set<UInt64> { sources.union([destination]) }
}

/// Which of a guest's disks go one after the other, and which side by side.
///
/// Disks on one route go one after the other: one alone has as many transfers under way as such a device takes, so that
/// two would only share its rate, on a disk that seeks at a loss, and the memory of each would be less. Disks on different
/// routes go side by side even where they share one end, for it may be the other that is slow. What the kernel does not
/// tell, such as two partitions of one disk, counts as different.
struct DiskLanes: Hashable, Sendable {
  /// The numbers of the disks that go one after the other, lane by lane; a lane has the place of its first disk.
  let lanes: [[Int]]
  /// How many lanes are at work at once.
  let atOnce: Int
  private let routes: [DiskRoute]

  /// - Parameter most: How many may be at work at once; with 1 all disks are one lane, in their order.
  init(_ routes: [DiskRoute], atOnce most: Int) {
    self.routes = routes
    var lanes: [[Int]] = []
    var places: [DiskRoute: Int] = [:]
    for (disk, route) in routes.enumerated() {
      if let place = most > 1 ? places[route] : lanes.indices.first {
        lanes[place].append(disk)
      } else {
        places[route] = lanes.count
        lanes.append([disk])
      }
    }
    self.lanes = lanes
    atOnce = max(1, min(most, lanes.count))
  }

  /// What all disks take, given what each takes alone, in seconds.
  ///
  /// Where disks on different routes share one end, that is taken for what both wait for: they take as long as one after
  /// the other. If it is the faster end, they take less.
  func time(of each: [Double]) -> Double {
    var ends = [Double](repeating: 0, count: atOnce)
    for lane in lanes {
      // Whoever is free first takes the next one.
      let next = ends.indices.min { ends[$0] < ends[$1] } ?? 0
      ends[next] += lane.reduce(0) { $0 + each[$1] }
    }
    var busy: [UInt64: Double] = [:]
    for (disk, route) in routes.enumerated() {
      for device in route.devices { busy[device, default: 0] += each[disk] }
    }
    return max(ends.max() ?? 0, busy.values.max() ?? 0)
  }
}

extension DiskLanes {
  /// How long the others are waited for when one has failed, before the failure is told: a transfer or two.
  private static let patience = Duration.seconds(1)

  private struct State<Result> {
    /// Lanes that nobody has begun.
    var waiting: Range<Int>
    var results: [Int: Result] = [:]
    /// What went wrong first.
    var failure: (any Error)?
    var threads = 0
  }

  /// Does it for every disk, and returns when all is done, with what came of each. The first failure stops the others;
  /// it is told even if one of them hangs, but then returns only when that has ended.
  ///
  /// - Parameter amounts: What there is to look at, of each disk.
  func run<Result: Sendable>(
    _ amounts: [Bytes], _ control: StepControl,
    _ body: @escaping @Sendable (Int, StepControl) throws -> Result
  ) throws -> [Result] {
    guard lanes.count > 1 else { return try (lanes.first ?? []).map { try body($0, control) } }
    let parts =
      lanes.count == atOnce
      ? control.split(lanes.map { lane in lane.reduce(.zero) { $0 + amounts[$1] } }) : nil
    let state = Monitor(State<Result>(waiting: lanes.indices))
    @Sendable func workOff() {
      defer { state.withLock { $0.threads -= 1 } }
      while let lane = state.withLock({ $0.failure == nil ? $0.waiting.popFirst() : nil }) {
        do {
          for disk in lanes[lane] {
            let result = try body(disk, parts?[lane] ?? control)
            state.withLock { $0.results[disk] = result }
          }
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          control.abandon()
        }
      }
    }
    for started in 0..<atOnce {
      state.withLock { $0.threads += 1 }
      do { try detachThread(workOff) } catch {
        state.withLock { $0.threads -= 1 }
        // With fewer it takes longer.
        if started == 0 { throw error }
        break
      }
    }
    state.wait { $0.threads == 0 || $0.failure != nil }
    if let failure = state.withLock({ $0.failure }) {
      if !state.wait(until: monotonicNow() + Self.patience, for: { $0.threads == 0 }) {
        control.fail(failure)
        state.wait { $0.threads == 0 }
      }
      throw failure
    }
    let results = state.withLock { $0.results }
    return routes.indices.compactMap { results[$0] }
  }
}
