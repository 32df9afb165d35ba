/// How a campaign went. Times in seconds from the start of the simulation.
public struct CampaignTally: Hashable, Codable, Sendable {
  public internal(set) var outcome = CampaignOutcome.notBegun
  /// The condition or the deadline that made it pause.
  public internal(set) var stoppedBy: String?
  public internal(set) var began: Double?
  /// When all was done; `nil` for one that was not over at the horizon, or that has no end.
  public internal(set) var ended: Double?

  /// Hosts that were to be drained.
  public internal(set) var hosts = 0
  /// Hosts that are done, retired ones among them.
  public internal(set) var hostsDone = 0
  public internal(set) var hostsRetired = 0
  /// Hosts that died before they were empty.
  public internal(set) var hostsDied = 0
  public internal(set) var waves = 0
  /// Hosts, or guests where no host is drained, that were not done at the deadline.
  public internal(set) var deadlineMisses = 0

  /// Guests that were to go home again, those that did, and those that could not.
  public internal(set) var toReturn = 0
  public internal(set) var returned = 0
  public internal(set) var returnMisses = 0

  /// Guests whose host died before they were out.
  public internal(set) var lost = 0
  /// Of these: started elsewhere with their disks.
  public internal(set) var rebuilt = 0
  /// Of these: made anew from an image, without their data.
  public internal(set) var rebuiltFromImage = 0

  public init() {}
}

public enum CampaignOutcome: String, Hashable, Codable, Sendable, CaseIterable {
  case notBegun = "not_begun"
  case underWay = "under_way"
  case finished
  /// Paused by one of its conditions, or by its deadline.
  case stopped
}

/// What guests went through beside their moves, because of their hosts.
public struct OutageTally: Hashable, Codable, Sendable {
  /// Guests that went down with a host that failed, each time anew.
  public internal(set) var guests = 0
  /// Of these: still down at the horizon.
  public internal(set) var stillDown = 0
  /// Of these: started on another host with their disks.
  public internal(set) var rebuilt = 0
  /// Of these: made anew from an image, without their data.
  public internal(set) var rebuiltFromImage = 0
  /// Guests that were not out in time of a host that died under evacuation.
  public internal(set) var lost = 0
  /// Hosts that died under evacuation.
  public internal(set) var hostsDied = 0
  /// Guests that were down while their host was worked on, and for how long in all.
  public internal(set) var inPlace = 0
  public internal(set) var inPlaceSeconds = 0.0

  public init() {}
}
