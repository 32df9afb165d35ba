internal import CutoverCore
public import FleetSimulation
public import Quantities

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Turns the notes of a replication into a timeline that the Perfetto UI and `chrome://tracing` open: hosts as
/// processes, their slots as threads, migrations with their rounds and pauses as slices, and what is under way as
/// counters.
public struct TraceWriter {
  private let names: AttemptNames
  private let sites: [String]
  /// What lies outside is left out.
  private let window: ClosedRange<Instant>
  private let put: (String) throws -> Void
  private var isFirst = true
  private var slots = TraceSlots()
  private var underWay: [Int: Attempt] = [:]
  private var named: Set<Int> = []
  private var running = 0
  private var sent = 0.0
  private let encoder = JSONEncoder()

  private struct Attempt {
    var began: Instant
    var source: Int
    var slot: Int
    var strategy: Int
    var number: Int
    var target: Int
    /// Since when the guest has been down.
    var down: Instant?
  }

  /// How each begins.
  public static let start = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"

  /// - Parameters:
  ///   - names: what the numbers of strategies in the notes stand for.
  ///   - sites: the site of each host, by number.
  ///   - window: the simulated time that is shown; a slice needs one of its ends within.
  ///   - put: takes the text, piece by piece.
  public init(
    _ names: AttemptNames, sites: [String], window: ClosedRange<Instant>,
    put: @escaping (String) throws -> Void
  ) throws {
    self.names = names
    self.sites = sites
    self.window = window
    self.put = put
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try put(TraceWriter.start)
    try write(
      TraceEvent(name: "process_name", phase: .metadata, process: 0, arguments: ["name": .text("fleet")]))
  }

  public mutating func add(_ note: Note) throws {
    switch note.event {
    case .attemptBegan(let strategy, let number, let target, _):
      let slot = slots.take(on: note.host)
      underWay[note.guest] = Attempt(
        began: note.at, source: note.host, slot: slot, strategy: strategy, number: number, target: target)
      running += 1
      try count(at: note.at)
    case .acted(let action, let event, let took): try acted(action, event, took, note)
    case .attemptEnded(_, let outcome, _, let costs): try ended(note, outcome, costs)
    case .failed: try instant("host failed", note)
    case .repaired: try instant("host repaired", note)
    case .drainBegan: try instant("drain began", note)
    case .drainFinished: try instant("host empty", note)
    case .drainGivenUp: try instant("drain given up", note)
    case .tookBack: try instant("host back in service", note)
    case .refused(let strategy, let reason):
      try instant("VM \(note.guest): \(names.strategies[strategy]) refused: \(reason.rawValue)", note)
    case .incident(let down): try incident(note, down)
    default: break
    }
  }

  /// Ends the document.
  public mutating func finish() throws {
    for (host, count) in slots.counts where named.contains(host) {
      for slot in 0..<count {
        try write(
          TraceEvent(
            name: "thread_name", phase: .metadata, process: host + 1, thread: slot,
            arguments: ["name": .text("slot \(slot + 1)")]))
      }
    }
    try put("\n]}\n")
  }

  // MARK: - Slices

  private mutating func acted(_ action: CutoverAction, _ event: CutoverEvent, _ took: Duration, _ note: Note)
    throws
  {
    guard let attempt = underWay[note.guest] else { return }
    switch action {
    case .pauseGuest, .shutDownGuest, .powerOffGuest:
      if attempt.down == nil { underWay[note.guest]?.down = note.at - took }
    case .startDestination, .restoreSource:
      if let down = attempt.down, event == .started || event == .restored {
        underWay[note.guest]?.down = nil
        try slice("outage", "outage", attempt, from: down, to: note.at, [:])
      }
    default: break
    }
    var arguments: [String: TraceArgument] = [:]
    var bytes = 0.0
    switch event {
    case .copied(let report):
      bytes = report.transferred.value
      arguments["left_MB"] = .number((report.remaining.value / 1e4).rounded() / 100)
    case .moved(let amount): bytes = amount.value
    default: break
    }
    if bytes > 0 {
      arguments["sent_MB"] = .number((bytes / 1e4).rounded() / 100)
      sent += bytes
      try write(
        counter("data sent", at: note.at, "GB", (sent / 1e7).rounded() / 100))
    }
    guard took > .zero else { return }
    try slice(TraceWriter.words(action), "step", attempt, from: note.at - took, to: note.at, arguments)
  }

  private mutating func ended(_ note: Note, _ outcome: CutoverOutcome, _ costs: NoteCosts) throws {
    guard let attempt = underWay.removeValue(forKey: note.guest) else { return }
    slots.release(attempt.slot, on: attempt.source)
    running -= 1
    try slice(
      "VM \(note.guest), \(names.strategies[attempt.strategy])", outcome.code, attempt, from: attempt.began,
      to: note.at,
      [
        "vm": .number(Double(note.guest)), "outcome": .text(outcome.code),
        "attempt": .number(Double(attempt.number)), "to_host": .number(Double(attempt.target)),
        "sent_MB": .number((costs.transferred.value / 1e4).rounded() / 100),
        "downtime_s": .number((costs.downtime.seconds * 1e4).rounded() / 1e4),
      ])
    try count(at: note.at)
  }

  private mutating func incident(_ note: Note, _ down: Duration) throws {
    try instant("VM \(note.guest) found hanging after its move, down for \(down)", note)
  }

  private mutating func slice(
    _ name: String, _ category: String, _ attempt: Attempt, from begin: Instant, to end: Instant,
    _ arguments: [String: TraceArgument]
  ) throws {
    guard window.contains(begin) || window.contains(end) else { return }
    try introduce(attempt.source)
    try write(
      TraceEvent(
        name: name, phase: .slice, process: attempt.source + 1, thread: attempt.slot,
        at: TraceWriter.microseconds(begin), duration: Double((end - begin).nanoseconds) / 1000,
        category: category, arguments: arguments))
  }

  private mutating func instant(_ name: String, _ note: Note) throws {
    guard window.contains(note.at) else { return }
    try introduce(note.host)
    try write(
      TraceEvent(name: name, phase: .instant, process: note.host + 1, at: TraceWriter.microseconds(note.at)))
  }

  // MARK: - Counters and names

  private mutating func count(at time: Instant) throws {
    try write(counter("migrations under way", at: time, "count", Double(running)))
  }

  private func counter(_ name: String, at time: Instant, _ unit: String, _ value: Double) -> TraceEvent {
    TraceEvent(
      name: name, phase: .counter, process: 0, at: TraceWriter.microseconds(time),
      arguments: [unit: .number(value)])
  }

  private mutating func introduce(_ host: Int) throws {
    guard named.insert(host).inserted else { return }
    try write(
      TraceEvent(
        name: "process_name", phase: .metadata, process: host + 1,
        arguments: ["name": .text("host \(host) (\(sites[host]))")]))
  }

  private mutating func write(_ event: TraceEvent) throws {
    if event.phase == .counter, !window.contains(Instant(nanoseconds: Int64(event.at * 1000))) { return }
    let text = String(decoding: try encoder.encode(event), as: UTF8.self)
    try put(isFirst ? text : ",\n" + text)
    isFirst = false
  }

  private static func microseconds(_ time: Instant) -> Double { Double(time.nanoseconds) / 1000 }

  private static func words(_ action: CutoverAction) -> String {
    switch action {
    case .prepareDestination: "prepare"
    case .copy(.disk, let pass, _): pass == 0 ? "copy disk" : "disk, round \(pass + 1)"
    case .copy(.memory, let pass, _): pass == 0 ? "copy RAM" : "RAM, round \(pass + 1)"
    case .waitUntil: "wait for the date"
    case .pauseGuest: "pause"
    case .shutDownGuest: "shut down"
    case .powerOffGuest: "switch off"
    case .moveRemaining(.disk): "rest of the disk"
    case .moveRemaining(.memory): "rest of the RAM"
    case .moveDeviceState: "device state"
    case .resizeDestination: "resize"
    case .verifyDestination: "verify"
    case .startDestination(.boot): "boot"
    case .startDestination: "resume"
    case .pullRemaining: "post-copy"
    case .releaseSource: "release source"
    case .fenceDestination: "fence target"
    case .restoreSource: "bring back at the source"
    case .discardDestination: "clear target"
    case .finish: "finish"
    }
  }
}
