/// Who makes a CPU. Vendors never mix in a live migration unless a rule of the scenario says so.
public enum CPUVendor: String, Hashable, Codable, Sendable, CaseIterable {
  case intel, amd, arm
}

/// A set of CPU features as a guest sees them: bit `i` stands for the `i`-th name of a feature table.
///
/// A guest keeps the set it booted with. It can be resumed elsewhere only if the other host offers all of it; which
/// names the bits stand for is the business of whoever fills in the facts, as long as both sides use one table.
public struct CPUFeatureSet: OptionSet, Hashable, Codable, Sendable {
  public var rawValue: UInt64

  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a host's CPU offers, or what a guest was given at boot.
public struct CPUFacts: Hashable, Codable, Sendable {
  public var vendor: CPUVendor
  /// The model's name in the catalogue of CPU families, such as `epyc-7713`.
  public var model: String
  public var features: CPUFeatureSet

  public init(vendor: CPUVendor, model: String, features: CPUFeatureSet) {
    self.vendor = vendor
    self.model = model
    self.features = features
  }
}
