internal import CutoverCore
internal import DiscreteEvent
public import FleetModel
internal import MigrationPhysics
internal import MigrationPolicy
public import Quantities

/// One replication of a scenario: one thread, no shared state, no clock but its own.
///
/// ```swift
/// var simulation = try Simulation(scenario, replication: 0)
/// simulation.run()
/// let ledger = simulation.finished()
/// ```
public struct Simulation: ~Copyable {
  let scenario: Scenario
  let replication: Int
  let physics: PhysicsConstants
  /// What each chain step's strategy is in the catalogue: campaign by campaign.
  let chains: [[Int]]
  let baseline: Int

  var fleet: Fleet
  var queue = EventQueue<FleetEvent>()
  var network = FlowNetwork()
  var links: Links
  package internal(set) var now = Instant.zero
  let end: Instant

  var moves = Slots<Move>()
  var moveCount: Int32 = 0
  var attempts = Slots<Attempt>()
  var drains: ContiguousArray<Drain> = []

  var hosts: ContiguousArray<HostDuty>
  var index: HostIndex
  var planBook: PlanBook
  /// What the rules say of guests and hosts.
  var book: EligibilityBook
  /// The move that a guest has; -1 for none.
  var moveOfGuest: ContiguousArray<Int32>
  /// How many moves a guest has had or was to have.
  var ordinals: ContiguousArray<Int32>
  let classOfGuest: ContiguousArray<Int32>
  /// Moves that wait for a slot on a host with room.
  var slotLines = SlotLines()
  var waitingForSlot = 0
  /// Hosts that have come to have a slot, or more room beside one, and have not been offered to those who wait.
  var opened = Line<Int32>()
  var underWay = 0
  /// Moves that wait for leave of the limits, where these say more than how many.
  var desk: AdmissionDesk
  /// What resizes hold of hosts that their guests have left.
  var holds = Slots<ResizeHold>()
  /// How long beforehand a customer has to be told, by the strategy's number.
  let minimumNotice: [Duration?]
  /// Migrations into a host at once. Asked at each change of a host, for which the limits are not to be copied.
  let hostInLimit: Int
  /// Hosts whose turn failed only on the fleet's limit.
  var stalledHosts = Line<Int32>()
  var campaigns: [CampaignProgress]
  /// Guests that were on another move when they were to be relocated, and by which campaign.
  var relocationsDue: [(guest: Int32, campaign: Int)] = []
  /// Guests that were on another move when they were to go back, and where to.
  var returnsDue: [Int32: ReturnDue] = [:]
  /// Guests that have been started elsewhere after a failure, and when they serve again.
  var restarts: [Int32: Instant] = [:]
  /// Guests that are down for good with a host that has died, until they are made again.
  var lost: Set<Int32> = []
  /// Why the last try of a guest's move came to nothing, as a code of the ledger; -1: none has.
  var lastFailure: ContiguousArray<Int16>
  var orders = CampaignOrders()
  var watch: FleetWatch

  var ledger: Ledger
  /// Receives each attempt as it ends.
  public var attemptSink: ((AttemptRow) -> Void)?
  /// Told all that happens, for whoever wants to know why.
  public var noteSink: ((Note) -> Void)?
  /// The guest about whom `noteSink` is also told all that is in the way of each move which cannot begin.
  public var examined: Int?

  /// Builds the fleet and puts the first events in the queue.
  ///
  /// - Throws: `FleetError` if the fleet does not fit or a name stands for nothing.
  public init(_ scenario: Scenario, replication: Int) throws(FleetError) {
    // All that can fail comes first: a value that owns memory cannot be half made.
    self.init(
      scenario, replication,
      fleet: try Simulation.checked(
        try Fleet.build(scenario.fleet, seed: scenario.seed, replication: UInt64(replication)), scenario),
      chains: try Simulation.resolve(scenario),
      baseline: try Simulation.index(of: scenario.baseline, in: scenario))
  }

  private init(_ scenario: Scenario, _ replication: Int, fleet: Fleet, chains: [[Int]], baseline: Int) {
    self.scenario = scenario
    self.replication = replication
    self.fleet = fleet
    self.chains = chains
    self.baseline = baseline
    physics = PhysicsConstants(scenario.mechanics)
    end = .zero + scenario.horizon
    links = Links(of: fleet, scenario.network, in: &network)
    hosts = ContiguousArray(repeating: HostDuty(), count: fleet.hosts.count)
    book = EligibilityBook(scenario.rules, fleet)
    index = HostIndex(of: fleet, placement: scenario.placement, byKind: book.looksAtKinds)
    desk = AdmissionDesk(scenario.limits, fleet, &network)
    hostInLimit = scenario.limits.hostIn
    minimumNotice = scenario.strategies.names.map { scenario.notices.minimum[$0] }
    planBook = PlanBook(scenario, flavors: fleet.flavors.count)
    moveOfGuest = ContiguousArray(repeating: -1, count: fleet.guests.count)
    ordinals = ContiguousArray(repeating: 0, count: fleet.guests.count)
    lastFailure = ContiguousArray(repeating: -1, count: fleet.guests.count)
    watch = FleetWatch(of: fleet)
    let grouping = Grouping(scenario.classes, of: fleet)
    classOfGuest = grouping.classOfGuest
    campaigns = scenario.campaigns.map { CampaignProgress($0, in: fleet) }
    ledger = Ledger(
      strategies: scenario.strategies.names, classes: grouping.names,
      campaigns: scenario.campaigns.map(\.name), guests: fleet.guests.count)
    for guest in fleet.guests.indices { hosts[Int(fleet.guests[guest].host)].guests.append(Int32(guest)) }
    for host in fleet.hosts.indices { refile(host) }
    watch.begin()
    startCampaigns()
    scheduleHostFailures()
    scheduleNetwork()
  }

  // MARK: - The loop

  /// Runs to the horizon.
  ///
  /// - Parameter progress: asked now and then, with the virtual time reached and the attempts that have ended; `false`
  ///   stops the run there.
  /// - Returns: whether the horizon was reached.
  @discardableResult
  public mutating func run(progress: ((_ reached: Instant, _ attempts: Int) -> Bool)? = nil) -> Bool {
    while step() {
      if ledger.events & 0xFFF == 0, let progress {
        let attempts = ledger.byCampaign.reduce(0) { $0 + $1.attempts }
        if !progress(now, attempts) { return false }
      }
    }
    now = end
    return true
  }

  /// Handles what happens next; `false` if nothing does before the horizon.
  @discardableResult
  package mutating func step() -> Bool {
    guard let next = nextTime(), next <= end else { return false }
    // Flows first: what has arrived has arrived, whatever else happens at that instant.
    if let flow = network.nextCompletion, flow.at == next {
      now = next
      while let done = network.complete(at: next) { flowDone(done.owner) }
    } else if let event = queue.popNext() {
      now = event.time
      handle(event.payload)
    }
    serveWaiting()
    ledger.events += 1
    return true
  }

  /// What the indices in the rows of attempts stand for.
  public var names: AttemptNames {
    AttemptNames(strategies: ledger.strategies, classes: ledger.classes, campaigns: ledger.campaigns)
  }

  /// The result; to be taken once the run has ended.
  public consuming func finished() -> Ledger {
    closeBooks()
    ledger.unfinished = moveOfGuest.count { $0 >= 0 }
    countOpenTickets()
    countHolds()
    ledger.drains.notBegun = drainsNotBegun
    return ledger
  }

  private mutating func nextTime() -> Instant? {
    switch (queue.nextTime, network.nextCompletion?.at) {
    case (let event?, let flow?): min(event, flow)
    case (let event?, nil): event
    case (nil, let flow): flow
    }
  }

  private mutating func handle(_ event: FleetEvent) {
    switch event {
    case .stepDone(let attempt): stepDone(attempt)
    case .deadline(let attempt): deadlinePassed(attempt)
    case .hangNoticed(let attempt): tell(.guestCrashed, to: attempt)
    case .retry(let move): enterQueue(move)
    case .campaign(let campaign): campaignDue(Int(campaign))
    case .hostReady(let drain): hostReady(drain)
    case .drainDeadline(let drain): giveUp(drain)
    case .campaignDeadline(let campaign): deadlinePassed(ofCampaign: Int(campaign))
    case .hostDies(let drain): hostDies(drain)
    case .rebuild(let host, let failure): rebuild(Int(host), failure: Int(failure))
    case .hostFails(let host): hostFails(host)
    case .hostRepaired(let host): hostRepaired(host)
    case .linkFails(let link, let row, let number): linkFails(Int(link), Int(row), Int(number))
    case .linkRepaired(let link, let row, let number): linkRepaired(Int(link), Int(row), Int(number))
    case .linkPatienceEnds(let attempt): linkPatienceEnds(attempt)
    case .overdue(let move, let deadline): overdue(move, Int(deadline))
    case .confirmed(let hold): confirm(hold)
    case .hoursChange: hoursChange()
    }
  }

  func stream(_ entity: UInt64, _ purpose: StreamPurpose) -> RandomStream {
    RandomStream(
      StreamKey(seed: scenario.seed, replication: UInt64(replication), entity: entity, purpose: purpose))
  }
}
