internal import CutoverCore
internal import DiscreteEvent

extension StreamPurpose {
  static let device = StreamPurpose("vm.device")
  static let confidential = StreamPurpose("vm.confidential")
  static let agent = StreamPurpose("vm.agent")
  static let acpi = StreamPurpose("vm.acpi")
  static let chain = StreamPurpose("vm.chain")
}

/// Gives the guests of a group the traits that rules ask for; guests that are alike share one entry.
struct TraitsMaker {
  private let group: GuestGroup
  /// That of a guest without anything special.
  private let plain: GuestTraits
  private var numbers: [GuestTraits: Int32] = [:]
  /// The number of `plain`.
  private var plainNumber: Int32 = 0
  /// Nothing is drawn for the group's guests: all of them are plain.
  private let isPlain: Bool

  init(_ group: GuestGroup, in all: inout [GuestTraits]) {
    self.group = group
    var plain = GuestTraits()
    plain.group = group.name
    plain.tenant = group.tenant
    plain.os = group.os
    plain.needs = group.needs
    plain.sharesStorage = group.disk.isShared
    self.plain = plain
    isPlain =
      group.devices.isEmpty && group.confidential.isEmpty && group.chainLengths.isEmpty
      && group.lacksAgent <= 0 && group.lacksACPI <= 0
    plainNumber = number(of: plain, in: &all)
  }

  /// The number of the traits of one more guest.
  mutating func next(in all: inout [GuestTraits], key: (StreamPurpose) -> RandomStream) -> Int32 {
    // Most guests are: none of a million is to be looked up.
    isPlain ? plainNumber : number(of: draw(key: key), in: &all)
  }

  private func draw(key: (StreamPurpose) -> RandomStream) -> GuestTraits {
    var traits = plain
    traits.device = draw(group.devices, .device, key)
    traits.confidential = draw(group.confidential, .confidential, key)
    if group.lacksAgent > 0 {
      var stream = key(.agent)
      traits.hasAgent = !stream.chance(group.lacksAgent)
    }
    if group.lacksACPI > 0 {
      var stream = key(.acpi)
      traits.hasACPI = !stream.chance(group.lacksACPI)
    }
    traits.chainLength = draw(group.chainLengths, .chain, key) ?? 1
    return traits
  }

  private func draw<Value>(
    _ shares: [Share<Value>], _ purpose: StreamPurpose, _ key: (StreamPurpose) -> RandomStream
  ) -> Value? {
    guard !shares.isEmpty else { return nil }
    var stream = key(purpose)
    var rest = stream.uniform()
    for share in shares {
      rest -= share.share
      if rest < 0 { return share.value }
    }
    return nil
  }

  /// The number of some traits, which become known if they are not.
  private mutating func number(of traits: GuestTraits, in all: inout [GuestTraits]) -> Int32 {
    if let known = numbers[traits] { return known }
    all.append(traits)
    numbers[traits] = Int32(all.count - 1)
    return Int32(all.count - 1)
  }
}
