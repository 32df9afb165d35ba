/// Who makes a CPU. Vendors never mix in a live migration unless a rule of the scenario says so.
public enum CPUVendor: String, Hashable, Codable, Sendable, CaseIterable {
  case intel, amd, arm
}

/// A set of CPU features as a guest sees them: bit `i` stands for the `i`-th name of a feature table.
///
/// A guest keeps the set it booted with. It can be resumed elsewhere only if the other host offers all of it; which
/// names the bits stand for is the business of whoever fills in the facts, as long as both sides use one table.
public struct CPUFeatureSet: OptionSet, Hashable, Sendable {
  public var rawValue: UInt128

  @inlinable public init(rawValue: UInt128) { self.rawValue = rawValue }
}

extension CPUFeatureSet: Codable {
  /// One number as long as 64 bits are enough, else the lower and the upper half.
  public init(from decoder: any Decoder) throws {
    if let low = try? decoder.singleValueContainer().decode(UInt64.self) {
      self.init(rawValue: UInt128(low))
      return
    }
    var halves = try decoder.unkeyedContainer()
    let low = try halves.decode(UInt64.self)
    self.init(rawValue: UInt128(try halves.decode(UInt64.self)) << 64 | UInt128(low))
  }

  public func encode(to encoder: any Encoder) throws {
    let (high, low) = (UInt64(rawValue >> 64), UInt64(truncatingIfNeeded: rawValue))
    guard high > 0 else {
      var container = encoder.singleValueContainer()
      return try container.encode(low)
    }
    var halves = encoder.unkeyedContainer()
    try halves.encode(low)
    try halves.encode(high)
  }
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
