public import FleetSimulation
public import Quantities

/// What one replication made of a VM or of a host, told in its order.
///
/// ```swift
/// let life = try Explanation(of: .vm(17), in: scenario, replication: 0)
/// ```
public struct Explanation: Sendable {
  public enum Subject: Hashable, Sendable {
    case vm(Int)
    case host(Int)
    /// Why a VM did not move, or not by the first step of its chain.
    case whyNot(Int)
  }

  public let scenario: String
  public let variant: String?
  public let seed: UInt64
  public let replication: Int
  public let horizon: Duration
  public let subject: Subject
  public let names: AttemptNames
  /// The VM, and the host it is on or that is asked about, as they are at the start.
  public let vm: VMSketch?
  public let host: HostSketch
  /// The sites of all hosts, by number.
  public let sites: [String]
  /// Of the VM; or of the host and the VMs that it was to be emptied of.
  public let notes: [Note]
  /// Where it is asked why a VM did not move.
  public private(set) var whyNot: WhyNot?

  /// Simulates the replication and listens.
  ///
  /// - Throws: `FleetError` if the fleet cannot be built, ``UnknownSubject`` if there is no such VM or host.
  public init(of subject: Subject, in scenario: Scenario, replication: Int) throws {
    var simulation = try Simulation(scenario, replication: replication)
    switch subject {
    case .vm(let number), .whyNot(let number):
      guard (0..<simulation.guestCount).contains(number) else {
        throw UnknownSubject("VM", number, count: simulation.guestCount)
      }
      simulation.examined = number
      let sketch = simulation.sketch(ofGuest: number)
      (vm, host) = (sketch, simulation.sketch(ofHost: sketch.host))
    case .host(let number):
      guard (0..<simulation.hostCount).contains(number) else {
        throw UnknownSubject("host", number, count: simulation.hostCount)
      }
      (vm, host) = (nil, simulation.sketch(ofHost: number))
    }
    (self.scenario, variant, seed) = (scenario.name, scenario.variant, scenario.seed)
    (self.replication, horizon, self.subject) = (replication, scenario.horizon, subject)
    names = simulation.names
    sites = (0..<simulation.hostCount).map { simulation.sketch(ofHost: $0).site }
    let listener = Listener(subject)
    simulation.noteSink = { listener.take($0) }
    simulation.run()
    listener.close()
    notes = listener.notes
    if case .whyNot(let number) = subject {
      whyNot = WhyNot(number, notes, in: scenario, after: &simulation)
    }
  }
}

/// Somebody asked about what does not exist.
public struct UnknownSubject: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ what: String, _ number: Int, count: Int) {
    description =
      "there is no \(what) \(number): this fleet has \(Figure.text(Double(count), .count)), numbered 0 to \(count - 1)"
  }
}

/// Keeps the notes about the subject. A class, for it is filled while the simulation runs.
private final class Listener {
  private let subject: Explanation.Subject
  /// VMs that a host is to be emptied of, from then on.
  private var watched: Set<Int> = []
  /// Hosts that are to be emptied of the VM that is asked about.
  private var holding: Set<Int> = []
  /// What was in the VM's way when it was last tried. A move that waits for long is tried often, and only the last of
  /// these tells anything.
  private var obstacles: Note?
  private(set) var notes: [Note] = []

  init(_ subject: Explanation.Subject) {
    self.subject = subject
    switch subject {
    case .vm(let number), .whyNot(let number): watched = [number]
    case .host: break
    }
  }

  func take(_ note: Note) {
    switch subject {
    case .host(let number):
      if note.guest < 0, note.host != number { return }
      switch note.event {
      case .drainBegan(_, let guests): watched.formUnion(guests)
      // Whoever is on his way to the host keeps it from being empty.
      case .attemptBegan(_, _, number, _): watched.insert(note.guest)
      default: break
      }
      if note.guest < 0 { notes.append(note) }
    case .whyNot(let number):
      if case .drainBegan(_, let guests) = note.event, guests.contains(number) { holding.insert(note.host) }
      if note.guest < 0, holding.contains(note.host) { notes.append(note) }
    case .vm: break
    }
    if note.guest >= 0, watched.contains(note.guest) { keep(note) }
  }

  private func keep(_ note: Note) {
    switch note.event {
    case .examined:
      obstacles = note
      return
    case .attemptBegan: obstacles = nil
    case .refused, .stepBegan, .moveEnded: close()
    default: break
    }
    notes.append(note)
  }

  /// Nothing more comes of what the VM was waiting for.
  func close() {
    if let obstacles { notes.append(obstacles) }
    obstacles = nil
  }
}
