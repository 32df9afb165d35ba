public import CutoverCore
public import Quantities

/// A guest that is commanded by the programs somebody named.
///
/// What has no hook is taken to be done: a guest at rest needs none.
public final class HookedGuest: GuestControl {
  private struct State {
    var runs: [HookRun] = []
    /// What the last try to start it came to; `nil`: there was none by this driver.
    var start: HookRun?
    var isResumed = false
  }

  private let hooks: GuestHooks
  private let variables: [String: String]
  private let runner = HookRunner()
  private let state = Monitor(State())

  /// - Parameters:
  ///   - hooks: The programs that command it.
  ///   - disks: The guest's disks, with absolute paths.
  ///   - strategy: The strategy's name, which the hooks find in `FLEETSHIFT_STRATEGY`.
  public init(_ hooks: GuestHooks, disks: [ImageMove], strategy: String) {
    self.hooks = hooks
    var variables = ["FLEETSHIFT_STRATEGY": strategy, "FLEETSHIFT_DISKS": "\(disks.count)"]
    for (index, disk) in disks.enumerated() {
      for suffix in index == 0 ? ["", "_1"] : ["_\(index + 1)"] {
        variables["FLEETSHIFT_SOURCE" + suffix] = disk.source
        variables["FLEETSHIFT_DESTINATION" + suffix] = disk.destination
        variables["FLEETSHIFT_SOURCE_FORMAT" + suffix] = (disk.sourceFormat ?? .raw).rawValue
        variables["FLEETSHIFT_DESTINATION_FORMAT" + suffix] = (disk.destinationFormat ?? .raw).rawValue
      }
    }
    self.variables = variables
  }

  /// - Parameters:
  ///   - hooks: The programs that command it.
  ///   - source: The image's absolute path.
  ///   - destination: The absolute path that it is moved to.
  ///   - strategy: The strategy's name, which the hooks find in `FLEETSHIFT_STRATEGY`.
  public convenience init(_ hooks: GuestHooks, source: String, destination: String, strategy: String) {
    self.init(hooks, disks: [ImageMove(source: source, destination: destination)], strategy: strategy)
  }

  public var hookRuns: [HookRun] { state.withLock { $0.runs } }

  public func reattach() { state.withLock { $0.isResumed = true } }

  public func pause() throws { try run("pause", hooks.onPause) }
  public func shutDown() throws { try run("shut-down", hooks.onPause) }
  public func powerOff() throws { try run("power-off", hooks.onPause) }

  public func resized(to size: Bytes, at image: String) throws {
    try run("resize", hooks.onResize, ["FLEETSHIFT_IMAGE": image, "FLEETSHIFT_SIZE": "\(size.count)"])
  }

  public func start(_ method: StartMethod, at image: String) throws {
    guard let command = hooks.onStart else { return }
    let run = execute("start", command, ["FLEETSHIFT_METHOD": method.rawValue])
    state.withLock { $0.start = run }
    try Self.check(run)
  }

  /// Without a hook of its own it can only be said of a start that failed by itself in its time, or was never tried: one
  /// that was told to end may have started the guest before.
  public func fence() throws -> Bool {
    if let command = hooks.onFence {
      let run = execute("fence", command, [:])
      // What it says when it is told to end proves nothing.
      if run.status == 10, !run.timedOut { return false }
      try Self.check(run)
      return true
    }
    let (start, isResumed) = state.withLock { ($0.start, $0.isResumed) }
    guard let start else {
      if isResumed && hooks.onStart != nil { throw HookFailure.inDoubt }
      return true
    }
    guard start.didStart else { return true }
    guard let status = start.status, !start.timedOut else { throw HookFailure.inDoubt }
    // With 0 it was done after all, after somebody had ceased to wait.
    return status != 0
  }

  public func restore(_ method: StartMethod) throws {
    try run("restore", hooks.onRollback, ["FLEETSHIFT_METHOD": method.rawValue])
  }

  private func run(_ action: String, _ command: [String]?, _ more: [String: String] = [:]) throws {
    guard let command else { return }
    try Self.check(execute(action, command, more))
  }

  private func execute(_ action: String, _ command: [String], _ more: [String: String]) -> HookRun {
    var all = variables.merging(more) { $1 }
    all["FLEETSHIFT_ACTION"] = action
    all["FLEETSHIFT_RESUMED"] = state.withLock { $0.isResumed } ? "1" : "0"
    let run = runner.run(action, command, all, within: hooks.timeout)
    state.withLock { $0.runs.append(run) }
    return run
  }

  private static func check(_ run: HookRun) throws(HookFailure) {
    if !run.isDone { throw .failed(run) }
  }
}

/// Why a hook did not do what it was asked to.
enum HookFailure: Error, CustomStringConvertible {
  case failed(HookRun)
  /// Nobody can say whether the guest runs at the destination.
  case inDoubt

  var description: String {
    switch self {
    case .inDoubt:
      "it is not known whether the guest runs at the destination: look there, and give --on-fence a program that can"
    case .failed(let run):
      "the hook for '\(run.action)' (\(run.command.joined(separator: " "))) " + ending(of: run)
        + firstWords(of: run)
    }
  }

  private func ending(of run: HookRun) -> String {
    if run.timedOut { return "was not done in time, and was told to end" }
    guard let status = run.status else { return run.didStart ? "was ended by a signal" : "did not start" }
    return "ended with exit code \(status)"
  }

  private func firstWords(of run: HookRun) -> String {
    run.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
  }
}
