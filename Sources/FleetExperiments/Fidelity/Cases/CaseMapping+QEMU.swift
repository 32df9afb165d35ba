internal import MigrationPhysics
internal import Quantities

extension CaseMapping {
  static let qemuCases = [qemuDirtying, qemuPostCopy, qemuSweep, qemuGivenThroughput]

  /// A guest whose distinct dirtying is given as a curve `h (1 - exp(-t / tau)) + r t`, and perhaps when it ends.
  private static let qemuDirtying = CaseMapping { published, profiles in
    let (inputs, outputs) = (published.inputs, published.outputs)
    guard published.group == "precopy", let used = inputs.bytes("nonzero_memory")?.first,
      let rate = inputs.rates("bandwidth")?.first, let curve = inputs["unique_dirty_model"],
      let hot = curve.bytes("h")?.first, let tau = curve.seconds("tau")?.first,
      let slope = curve["r_MiB_s"]?.number
    else { return nil }
    let profile = try profiles.profile(source: published.source)
    var migration = MigrationCase(.liveRAM)
    migration.memory.configured = Bytes(rounding: inputs.bytes("vm_memory")?.first ?? used)
    migration.memory.used = Bytes(rounding: used)
    // The curve as what it stands for: a hot part that is rewritten all the time, and the rest at a slow pace. A page of
    // the hot part that is still to be sent when it is written again is not sent twice.
    let (hotRate, slowRate) = (hot / tau, slope * 0x1p20)
    migration.memory.writes = MemoryWrites(
      .mixture([
        WriteTier(part: hot / used, writes: hotRate / (hotRate + slowRate)),
        WriteTier(part: 1 - hot / used, writes: slowRate / (hotRate + slowRate)),
      ]), pagesPerSecond: (hotRate + slowRate) / 4096, workingSet: Bytes(rounding: used))
    migration.transport.maxBandwidth = ByteRate(bytesPerSecond: rate)
    if let limit = inputs.seconds("downtime_limit")?.first {
      migration.transport.downtimeLimit = Duration(seconds: limit)
    }
    let end = inputs["workload_ends_s_after_migration_start"]?.number
    if let end { migration.transport.timeout = Duration(seconds: end) }
    let course = try CaseCourse(migration, profile, idleRate: rate)
    var points: [CaseVerdict.Point] = []
    points.add(.time, "total", outputs.seconds("total_time"), [course.seconds])
    points.add(.bytes, "total", outputs.bytes("transferred"), [course.bytes])
    points.add(
      .downtime, "pause", outputs.seconds("downtime"), [course.pause],
      isFittedOn: published.id == burstRateCase)
    let converges =
      "chance to converge while the workload runs: \((course.completion * 100).wholeText) %"
    return .covered(
      points, profile: profile.name,
      note: end == nil
        ? converges
        : converges
          + "; the total is then nearly forced by the given end of the workload, and the pause after that end is not predicted"
    )
  }

  /// The case from whose pause the rate of the last burst was reckoned on the rig of the thesis.
  private static let burstRateCase = "qthesis-precopy-4t"

  /// Post-copy from the start, at a rate that is given for each workload.
  private static let qemuPostCopy = CaseMapping { published, profiles in
    guard published.group == "postcopy", let used = published.inputs["nonzero_memory_GiB"]?.members,
      let text = published.inputs["postcopy_bandwidth"]?.text
    else { return nil }
    let profile = try profiles.profile(source: published.source)
    // It goes on as soon as the state of CPUs and devices is there.
    let stop = profile[.deviceTime] + profile[.resume]
    var points: [CaseVerdict.Point] = []
    for member in used {
      guard let size = member.value.number, let rate = achieved(text, member.key) else { continue }
      var migration = MigrationCase(.liveRAM)
      migration.memory.configured = Bytes(rounding: size * 0x1p30)
      migration.memory.used = migration.memory.configured
      migration.transport.link = ByteRate(bytesPerSecond: rate / profile[.linkEfficiency])
      let course = try CaseCourse(migration, profile, idleRate: rate)
      let outputs = published.outputs[member.key] ?? .empty
      points.add(.time, member.key, outputs.seconds("total_time"), [course.seconds])
      // Both constants are the mean of these two pauses.
      points.add(
        .downtime, "pause, \(member.key)", outputs.seconds("downtime"), [stop], isFittedOn: true)
    }
    return points.isEmpty
      ? nil
      : .covered(
        points, profile: profile.name,
        note: "the rate is given; what the faults cost the guest is not predicted")
  }

  /// `982 MiB/s (4T)` in a text, for the key `t4`; bytes per second.
  private static func achieved(_ text: String, _ key: String) -> Double? {
    let words = text.split(whereSeparator: { " ,;".contains($0) })
    for (index, word) in words.enumerated() where word == "MiB/s" && index > 0 && index + 1 < words.count {
      let label = words[index + 1].lowercased().filter { $0.isNumber }
      if label == key.filter(\.isNumber), let rate = Double(words[index - 1]) { return rate * 0x1p20 }
    }
    return nil
  }

  /// Guests of rising size that write little, over a plain link: sets of runs, the first of which fitted the profile.
  private static let qemuSweep = CaseMapping { published, profiles in
    let inputs = published.inputs
    guard published.group == "precopy", let link = inputs["link"]?.text.flatMap(CaseValue.rate(text:)),
      let sizes = inputs.bytes("vm_memory"), let used = inputs.bytes("nonzero_sent"),
      sizes.count == used.count
    else { return nil }
    let profile = try profiles.profile(source: published.source)
    var points: [CaseVerdict.Point] = []
    func compare(_ used: [Double], _ outputs: CaseValue, _ set: String, isHeldOut: Bool) throws {
      let courses = try zip(sizes, used).map { size, used in
        var migration = MigrationCase(.liveRAM)
        migration.memory.configured = Bytes(rounding: size)
        migration.memory.used = Bytes(rounding: min(used, size))
        migration.transport.link = ByteRate(bytesPerSecond: link)
        return try CaseCourse(migration, profile, idleRate: link)
      }
      let names = sizes.map { "\(($0 / 0x1p30).rounded(.down).wholeText) GiB\(set)" }
      points.add(
        .time, "total", outputs.seconds("total_time"), courses.map(\.seconds), names,
        isHeldOut: { _ in isHeldOut })
      points.add(
        .bytes, "total", outputs.bytes("transferred"), courses.map(\.bytes), names,
        isHeldOut: { _ in isHeldOut })
    }
    try compare(used, published.outputs, "", isHeldOut: false)
    for set in published.heldOut.members {
      guard let own = set.value.bytes("nonzero_sent"), own.count == sizes.count else { continue }
      try compare(own, set.value, " of \(set.key)", isHeldOut: true)
    }
    return .covered(
      points, profile: profile.name,
      note:
        "the pages that are not zero are given; efficiency and zero-page scan fitted on the first set; what is dirtied is not given, so pauses are not predicted"
    )
  }

  /// An idle guest, where the throughput over the whole migration is given.
  private static let qemuGivenThroughput = CaseMapping { published, _ in
    let (inputs, outputs) = (published.inputs, published.outputs)
    guard published.group == "precopy", let used = inputs.bytes("nonzero")?.first,
      let rate = inputs.rates("throughput")?.first, inputs["workload"]?.text?.contains("idle") == true
    else { return nil }
    var points: [CaseVerdict.Point] = []
    points.add(.time, "total", outputs.seconds("total_time"), [used / rate])
    return .covered(
      points, profile: "none",
      note:
        "memory over a throughput that was measured over the very same time: nearly forced; what is dirtied is not "
        + "given, so its pause is not predicted")
  }
}

/// What a case comes to.
struct CaseCourse {
  let completion: Double
  let seconds: Double
  let bytes: Double
  let pause: Double?

  /// - Parameter idleRate: what is left when the time is up, because the workload ends then, travels at this rate.
  init(_ migration: MigrationCase, _ profile: RigProfile, idleRate: Double) throws {
    let forecast = try RowForecaster.forecast(migration, under: profile)
    let point = try RowForecaster.point(migration, under: profile)
    completion = forecast.completion
    if point.completed {
      (seconds, bytes, pause) = (point.totalTime, point.bytes, point.blackout)
    } else {
      let left = forecast.rounds.last?.remaining ?? 0
      seconds = point.totalTime + left / idleRate
      bytes = point.bytes + left
      pause = nil
    }
  }
}
