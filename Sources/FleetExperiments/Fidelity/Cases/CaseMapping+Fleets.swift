internal import MigrationPhysics
internal import Quantities

extension CaseMapping {
  /// Guests of rising size, migrated one after another by a cloud's own control plane, with and without tunnelling.
  static let openStack = CaseMapping { published, profiles in
    let inputs = published.inputs
    guard let flavors = inputs["flavour"]?.texts, let memory = inputs.bytes("vm_memory"),
      memory.count == flavors.count, published.outputs["per_vm_s_tunnel_off"] != nil
    else { return nil }
    let disks = inputs.bytes("disk")?.map { $0 * (inputs["disk_used_fraction"]?.number ?? 1) }
    let profile = try profiles.profile(source: published.source)
    let tunnelled = disks == nil ? try profiles.profile(named: profile.name + "-tunnelled") : profile
    var points: [CaseVerdict.Point] = []
    for (key, words, rig) in [("off", "no tunnel", profile), ("on", "tunnel", tunnelled)] {
      let seconds = try memory.enumerated().map { index, size in
        var migration = MigrationCase(disks == nil ? .liveRAM : .liveDisk)
        migration.memory.configured = Bytes(rounding: size)
        migration.memory.used = migration.memory.configured
        if let disks, disks.indices.contains(index) {
          migration.disk.allocated = Bytes(rounding: disks[index])
          migration.disk.virtual = migration.disk.allocated
        }
        if let link = inputs["host_link"]?.text.flatMap(CaseValue.rate(text:)) {
          migration.transport.link = ByteRate(bytesPerSecond: link)
        }
        return try RowForecaster.point(migration, under: rig).totalTime
      }
      points.add(
        .time, "per guest, \(words)", published.outputs["per_vm_s_tunnel_" + key]?.numbers, seconds, flavors,
        isHeldOut: { disks != nil || $0 >= 2 })
    }
    return .covered(
      points, profile: profile.name,
      note: disks == nil
        ? "all of the memory taken for used; fixed cost and rate fitted on small and medium, large held out"
        : "predicted by what was fitted on moves of memory alone; tunnelling, which does not bear on disks, left out"
    )
  }

  /// Disks that are copied off one host at once: each bounded by its own rate, all together by the host's.
  static let fleetDiskCopy = CaseMapping { published, profiles in
    let inputs = published.inputs
    guard let guests = inputs["vms"]?.numbers, let used = inputs.bytes("used")?.first,
      let single = inputs.rates("single_disk_rate")?.first
    else { return nil }
    let inFlight = inputs["max_in_flight"]?.number ?? .infinity
    let profile = try profiles.profile(source: published.source)
    let seconds = guests.map { count in
      // All start at once and are alike, so a fair share ends them together.
      count * used / min(profile[.hostRate], min(count, inFlight) * single)
    }
    var points: [CaseVerdict.Point] = []
    points.add(
      .time, "total", published.outputs.seconds("total"), seconds,
      guests.map { $0 == 1 ? "1 guest" : "\($0.wholeText) guests" },
      isHeldOut: { guests[$0] > 50 })
    return .covered(
      points, profile: profile.name, note: "the host's ceiling fitted on 10 to 50 guests; 80 and 100 held out"
    )
  }
}
