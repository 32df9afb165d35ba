internal import MigrationPhysics

extension CaseMapping {
  static let xenCases = [xenRounds, xenBounds, stopAndCopy]

  /// Rounds whose dirtying is given one by one (Clark et al. 2005, figures 9 and 12).
  private static let xenRounds = CaseMapping { published, _ in
    let inputs = published.inputs
    guard let low = inputs.rates("bandwidth_min")?.first, let high = inputs.rates("bandwidth_max")?.first
    else {
      return nil
    }
    let sizes: [Double]
    if let first = inputs.bytes("pages_sent_round1")?.first, let dirtied = inputs.bytes("dirtied_per_round") {
      sizes = [first] + dirtied
    } else if let sent = inputs.bytes("sent_per_round") {
      sizes = sent
    } else {
      return nil
    }
    // Clark et al., section 5.3: "a constant increment", 50 Mbit/s.
    var precopy = XenPrecopy(
      firstRound: sizes[0], rate: .adaptive(minimum: low, maximum: high, step: 50e6 / 8), finalRate: high)
    precopy.resume = inputs.seconds("resume_overhead")?.first ?? 0.009
    precopy.littleLeft = 256 * 1024
    let course = precopy.course { round, _ in round + 1 < sizes.count ? sizes[round + 1] : nil }
    var points: [CaseVerdict.Point] = []
    points.add(.time, "total", published.outputs.seconds("total_time"), [course.totalSeconds])
    points.add(
      .time, "first round", published.outputs.seconds("round1_duration"), [course.rounds.first?.duration])
    points.add(.bytes, "total", published.outputs.bytes("total_data"), [course.totalBytes])
    points.add(.downtime, "pause", published.outputs.seconds("downtime"), [course.downtimeSeconds])
    return .covered(
      points, profile: "none",
      note:
        "what each round dirtied is given; predicted are the rates and so the times. A total time that was only read "
        + "off an axis is not compared")
  }

  /// The two ends of what a guest can do: nothing, or everything again in each round (Akoush et al. 2010).
  private static let xenBounds = CaseMapping { published, profiles in
    let inputs = published.inputs
    guard let memory = inputs.bytes("vm_memory")?.first, let links = inputs["bandwidth"]?.texts,
      inputs["dirty_rate"]?.text?.contains("every page") == true
    else { return nil }
    let profile = try profiles.profile(named: "xen-akoush")
    var (lower, upper): ([XenPrecopy.Course], [XenPrecopy.Course]) = ([], [])
    for link in links.compactMap(CaseValue.rate(text:)) {
      let rate = min(link * profile[.linkEfficiency], profile[.hostRate])
      var precopy = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate)
      precopy.fixed = profile[.setup]
      precopy.resume = profile[.resume]
      lower.append(precopy.course { _, _ in 0 })
      upper.append(precopy.course { _, _ in memory })
    }
    let outputs = published.outputs
    var points: [CaseVerdict.Point] = []
    points.add(.time, "idle", outputs.seconds("total_time_lower"), lower.map(\.totalSeconds), links)
    points.add(.time, "all dirty", outputs.seconds("total_time_upper"), upper.map(\.totalSeconds), links)
    points.add(
      .downtime, "idle", outputs.seconds("downtime_lower"),
      // What resuming takes on this rig is the pause of its idle guest itself.
      lower.map(\.downtimeSeconds), links, isFittedOn: true)
    points.add(
      .downtime, "all dirty", outputs.seconds("downtime_upper"),
      upper.map(\.downtimeSeconds), links)
    return .covered(
      points, profile: profile.name,
      note:
        "figures recalled from the literature; three constants fitted on its own six times, none per figure")
  }

  /// A guest stopped for the whole copy.
  private static let stopAndCopy = CaseMapping { published, profiles in
    let (inputs, outputs) = (published.inputs, published.outputs)
    guard published.group == "cold", let rates = inputs.rates("bandwidth"),
      let memory = (inputs.bytes("nonzero_memory") ?? inputs.bytes("vm_memory"))?.first
    else { return nil }
    let profile = try profiles.profile(source: published.source)
    let courses = rates.map { rate in
      var precopy = XenPrecopy(firstRound: memory, rate: .constant(rate), finalRate: rate)
      precopy.resume = profile[.resume]
      return precopy.course { _, _ in nil }
    }
    var points: [CaseVerdict.Point] = []
    points.add(.time, "total", outputs.seconds("total_time"), courses.map(\.totalSeconds))
    points.add(.time, "downtime", outputs.seconds("downtime"), courses.map(\.downtimeSeconds))
    points.add(
      .downtime, "service gap", outputs.seconds("service_interruption"), courses.map(\.downtimeSeconds))
    points.add(.bytes, "total", outputs.bytes("transferred"), courses.map(\.totalBytes))
    return points.isEmpty ? nil : .covered(points, profile: profile.name, note: "memory over rate")
  }
}

extension [CaseVerdict.Point] {
  /// Adds those that were both measured and predicted.
  mutating func add(
    _ figure: CaseVerdict.Point.Figure, _ label: String, _ measured: [Double]?, _ predicted: [Double?],
    _ names: [String] = [], isHeldOut: @Sendable (Int) -> Bool = { _ in false },
    isFittedOn: Bool = false
  ) {
    guard let measured else { return }
    for (index, pair) in zip(measured, predicted).enumerated() {
      guard let value = pair.1 else { continue }
      let name = names.indices.contains(index) ? "\(label), \(names[index])" : label
      append(
        CaseVerdict.Point(
          figure, name, measured: pair.0, predicted: value, isHeldOut: isHeldOut(index),
          isFittedOn: isFittedOn))
    }
  }
}
