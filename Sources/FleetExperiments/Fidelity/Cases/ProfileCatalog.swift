public import MigrationPhysics

/// The profiles that ship, by name and by the source of the measurements they were fitted on.
public struct ProfileCatalog: Sendable {
  public struct Missing: Error, CustomStringConvertible {
    public let description: String
  }

  private let profiles: [RigProfile]

  public init(_ profiles: [RigProfile] = RigProfile.shipped) { self.profiles = profiles }

  public func profile(named name: String) throws -> RigProfile {
    guard let found = profiles.first(where: { $0.name == name }) else {
      throw Missing(description: "no profile is called '\(name)'")
    }
    return found
  }

  /// The rig on which a source of published cases measured.
  private static let rigs = [
    "clark05": "xen-clark", "qthesis": "qemu-kvm-thesis", "sxm": "qemu-kvm-1gbe", "osic": "openstack-osic",
    "mtv": "forklift-mtv",
  ]

  /// - Throws: `Missing` where no profile was fitted on measurements of that source.
  func profile(source: String) throws -> RigProfile {
    guard let name = Self.rigs[source] else {
      throw Missing(description: "no profile was fitted on the rig of '\(source)'")
    }
    return try profile(named: name)
  }
}
