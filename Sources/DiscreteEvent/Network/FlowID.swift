/// A link, disk or anything else of which the flows of a ``FlowNetwork`` share the capacity: 0, 1, 2, ... in the order
/// added.
public struct ResourceID: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let index: Int32

  @inlinable public init(_ index: Int32) { self.index = index }

  @inlinable public static func < (a: ResourceID, b: ResourceID) -> Bool { a.index < b.index }
}

/// Names one flow of a ``FlowNetwork`` for as long as it lasts; refused afterwards.
public struct FlowID: Hashable, Sendable, BitwiseCopyable {
  let slot: Int32
  let generation: UInt32

  /// A flow that no network has ever started: for fields that hold none at the moment.
  public static let none = FlowID(slot: -1, generation: 0)
}

/// The resources that a flow crosses, at most ``limit``, stored in place.
public struct FlowPath: Sendable, BitwiseCopyable, ExpressibleByArrayLiteral {
  /// The greatest number of resources on a path.
  public static let limit = 10

  public private(set) var count = 0
  private var resources = InlineArray<10, Int32>(repeating: -1)

  /// A path over nothing: such a flow is held back by its own cap only.
  public init() {}

  public init(arrayLiteral resources: ResourceID...) {
    for resource in resources { append(resource) }
  }

  /// Adds a resource at the end. One that occurs twice is used twice: the flow takes two shares of it.
  public mutating func append(_ resource: ResourceID) {
    precondition(count < FlowPath.limit, "a flow crosses at most \(FlowPath.limit) resources")
    resources[count] = resource.index
    count += 1
  }

  public subscript(index: Int) -> ResourceID {
    precondition(index < count, "the path has \(count) resources")
    return ResourceID(resources[index])
  }
}

/// A flow that has arrived: see ``FlowNetwork/complete(at:)``.
public struct CompletedFlow: Hashable, Sendable, BitwiseCopyable {
  /// The flow, whose name is void from now on.
  public let flow: FlowID
  /// The number that the caller gave it.
  public let owner: Int32
}
