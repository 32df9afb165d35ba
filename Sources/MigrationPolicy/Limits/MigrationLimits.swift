public import Quantities

/// How much may happen at once. What is over a limit waits its turn, first come first served.
public struct MigrationLimits: Hashable, Sendable {
  /// Migrations out of one host. 2: KubeVirt's `parallelOutboundMigrationsPerNode`.
  public var hostOut = 2
  /// Migrations into one host. 2: oVirt's incoming and outgoing limit.
  public var hostIn = 2
  /// Migrations in the whole fleet.
  public var fleet = Int.max
  /// No migration copies faster.
  public var perMove = ByteRate.unlimited
  /// How long a move looks for a host with room before its step counts as refused.
  public var patience = Duration.days(1)

  public init() {}
}
