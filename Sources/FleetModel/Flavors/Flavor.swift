public import Quantities

/// A size that customers can order.
public struct Flavor: Hashable, Sendable {
  /// Unique in a scenario, such as `standard-4gb`.
  public var name: String
  public var vcpus: Int
  public var memory: Bytes
  /// The virtual size of its disk.
  public var disk: Bytes

  public init(name: String, vcpus: Int, memory: Bytes, disk: Bytes) {
    self.name = name
    self.vcpus = vcpus
    self.memory = memory
    self.disk = disk
  }
}

/// The flavors of the two reference providers, by name.
public enum FlavorCatalog {
  public static let all: [Flavor] =
    rackspaceStandard + rackspaceGeneralPurpose + linodeShared + linodeDedicated

  public static func flavor(named name: String) -> Flavor? { all.first { $0.name == name } }
}
