/// Guests of a group that belong together, or apart: three replicas of a database, a web server and its cache.
public struct GuestSet: Hashable, Sendable {
  public enum Relation: String, Hashable, Sendable, CaseIterable { case apart, together }
  public enum Domain: String, Hashable, Sendable, CaseIterable { case host, rack }

  /// So many guests make a set, in the order of their numbers; `nil`: all of the group.
  public var size: Int?
  public var relation = Relation.apart
  public var domain = Domain.host
  /// Whether it may never be broken.
  public var isHard = false

  public init() {}
}

/// A set's rule against where its other members are, or are going to be.
///
/// Places come in three tries, as in XAPI's planner (xen-api#5652): spread evenly, then no breach, then anywhere.
public struct SetPlacement: Sendable {
  /// How bad a place is: the lower, the better.
  public enum Try: Int, Comparable, Sendable {
    case even, noBreach, breach
    public static func < (a: Try, b: Try) -> Bool { a.rawValue < b.rawValue }
  }

  public let rule: GuestSet
  /// Other members in each domain, by its number.
  private var members: [Int32: Int] = [:]
  /// The fewest other members that a domain has which could take the guest.
  private var fewest = Int.max
  private var most = 0

  public init(_ rule: GuestSet) { self.rule = rule }

  public func domain(of host: Host, _ number: Int) -> Int32 {
    rule.domain == .host ? Int32(number) : host.rack
  }

  /// Another member is there, or has been promised the place.
  public mutating func count(memberIn domain: Int32) {
    members[domain, default: 0] += 1
    most = max(most, members[domain, default: 0])
  }

  /// A domain that could take the guest.
  public mutating func offer(_ domain: Int32) { fewest = min(fewest, members[domain, default: 0]) }

  /// What a place in a domain would be worth; `nil` if the rule forbids it.
  public func judge(_ domain: Int32) -> Try? {
    let here = members[domain, default: 0]
    switch rule.relation {
    case .together:
      if most == 0 || here == most { return .even }
      return rule.isHard ? nil : .breach
    case .apart:
      if here == 0 { return .even }
      if rule.isHard { return nil }
      if here == fewest { return .even }
      return members.count > 1 ? .noBreach : .breach
    }
  }
}

extension Fleet {
  /// The members of the set that a guest is in by a rule of its group, itself included.
  public func members(of rule: GuestSet, with guest: Int) -> Range<Int> {
    let group = Int(guests[guest].group)
    let first = groupStarts[group]
    let end = min(first + groups[group].count, guests.count)
    guard let size = rule.size else { return first..<end }
    let start = first + (guest - first) / size * size
    return start..<min(start + size, end)
  }
}
