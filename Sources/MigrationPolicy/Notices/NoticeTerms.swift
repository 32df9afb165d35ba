public import Quantities

/// How long beforehand a customer has to be told, by strategy. One that is not named, such as live, needs no notice.
public struct NoticeTerms: Hashable, Sendable {
  public var minimum: [String: Duration] = [:]

  public init() {}
}
