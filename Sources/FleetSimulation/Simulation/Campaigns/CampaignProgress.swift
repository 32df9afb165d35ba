internal import FleetModel
internal import MigrationPolicy
internal import Quantities

/// How far a campaign has come.
struct CampaignProgress {
  /// Arrivals of a Poisson process that have been drawn.
  var arrivals = 0
  /// Guests or wishes that have had their turn, or drains that were drawn.
  var next = 0
  /// Hosts whose turn has come and that wait for leave.
  var pending = 0
  /// Turns that have been scheduled, and how many there are.
  var turns = 0
  var allTurns = 0
  var unavailable = 0
  /// Drains are being begun; one that is over at once leaves it to them to begin the next.
  var isStarting = false
  /// Guests to relocate, or hosts yet to be drained, in order. With waves, the first `pending` are those of this wave.
  var order: [Int32] = []

  /// The sizes of waves, and how many have begun; none where hosts have their turns otherwise.
  var waves: [Int] = []
  var wave = 0
  /// The next wave has its time.
  var isWaveDue = false

  /// The kind of a guest campaign, with what it has come to know.
  var kind: (any GuestCampaign)?
  /// It wants further turns.
  var isAsking = true

  /// Moves that have not ended.
  var open = 0
  /// Nothing new is begun.
  var isStopped = false
  /// What is left is done with guests on the hosts.
  var isForced = false
  var isOver = false
  let isEmergency: Bool
  let priority: Int32
  /// Where guests that leave a host are to go; any site: -1.
  let targetSite: Int32

  /// Guests that had to leave a host and are to come back to it, by that host; and the hosts in the order of leaving.
  var homes: [Int32: [Int32]] = [:]
  var homeOrder: [Int32] = []
  /// Guests that have a home to go back to.
  var awayFromHome: Set<Int32> = []
  /// At the end: hosts that wait for their guests, the next one last; and which pass over them it is.
  var homecoming: [Int32] = []
  var homePass = 0
  /// Who has come home in this pass: without anybody there is no other.
  var returnedInPass = 0
  /// Guests on their way home, or about to be.
  var openReturns = 0

  init(_ campaign: Campaign, in fleet: Fleet) {
    isEmergency = campaign.isEmergency
    targetSite =
      if case .drains(let drains) = campaign.kind, let name = drains.targetSite {
        fleet.siteIndex(named: name).map { Int32($0) } ?? -1
      } else {
        -1
      }
    priority = Int32(clamping: campaign.priority)
    if case .guests(let moves) = campaign.kind { kind = moves.kind }
  }
}

/// That a guest is to go back to its host, once its present move has ended.
struct ReturnDue {
  var campaign: Int
  var home: Int32
}

extension Campaign {
  /// Nobody is moved for it, so it needs no chain.
  var isInPlace: Bool {
    if case .drains(let drains) = kind { drains.isInPlace } else { false }
  }
}
