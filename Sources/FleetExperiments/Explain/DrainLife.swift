public import FleetSimulation
public import Quantities

/// One drain of a host, put together from notes.
public struct DrainLife: Hashable, Sendable {
  public let campaign: Int
  public let began: Instant
  public let guests: [Int]
  /// When it was empty or given up; `nil` where it was neither at the horizon.
  public private(set) var ended: Instant?
  /// Who was left when it was given up; empty where it finished.
  public private(set) var left: [Int] = []
  public private(set) var isOutOfTime = false
  public private(set) var workUntil: Instant?
  /// The moves of its VMs that began before its end, in the order in which they ended, those that had not last.
  public private(set) var moves: [MoveLife] = []

  public var isFinished: Bool { ended != nil && left.isEmpty }

  /// All drains of the host that the notes are about.
  public static func drains(in notes: [Note], until horizon: Instant) -> [DrainLife] {
    var drains: [DrainLife] = []
    for note in notes where note.guest < 0 {
      switch note.event {
      case .drainBegan(let campaign, let guests):
        drains.append(DrainLife(campaign: campaign, began: note.at, guests: guests))
      case .drainFinished(let workUntil):
        drains[drains.count - 1].ended = note.at
        drains[drains.count - 1].workUntil = workUntil
      case .drainGivenUp(let left, let isOutOfTime):
        drains[drains.count - 1].ended = note.at
        drains[drains.count - 1].left = left
        drains[drains.count - 1].isOutOfTime = isOutOfTime
      default: break
      }
    }
    let lives = MoveLife.moves(in: notes, until: horizon)
    for index in drains.indices {
      let end = drains[index].ended ?? horizon
      drains[index].moves = lives.filter {
        $0.asked <= end && ($0.ended ?? horizon) >= drains[index].began
      }.sorted { ($0.ended ?? .distantFuture, $0.guest) < ($1.ended ?? .distantFuture, $1.guest) }
    }
    return drains
  }

  private init(campaign: Int, began: Instant, guests: [Int]) {
    (self.campaign, self.began, self.guests) = (campaign, began, guests)
  }
}
