package import FleetSimulation
internal import Quantities

extension StudyCourse {
  /// Lines have at most so many points, and charts that filter each other at most so many steps of time.
  private static let mostPoints = 256
  private static let mostSteps = 64

  /// - Parameter replications: in their order, so that sums come out the same however they were simulated.
  package init(_ replications: [ReplicationCourse], _ names: AttemptNames, sites: [String]) {
    let bins = CommonBins(replications, most: StudyCourse.mostPoints)
    let steps = CommonBins(replications, most: StudyCourse.mostSteps)
    binSeconds = Double(bins.width) / 1e9
    moves = StudyCourse.moves(replications, names, bins)
    let share = 1 / Double(max(1, replications.count))
    downtimes = Set(replications.flatMap(\.downtimes.keys))
      .sorted { ($0.strategy, $0.step) < ($1.strategy, $1.step) }
      .flatMap { cell in
        steps.sums(replications.map { $0.downtimes[cell] }).map { seconds, count in
          DowntimeCount(
            strategy: names.strategies[cell.strategy], seconds: seconds,
            downtimeFrom: DowntimeScale.start(of: cell.step),
            downtimeTo: DowntimeScale.start(of: cell.step + 1), count: count * share)
        }
      }
    failures = Set(replications.flatMap(\.failures.keys))
      .sorted { ($0.strategy, $0.code) < ($1.strategy, $1.code) }
      .flatMap { failure in
        steps.sums(replications.map { $0.failures[failure] }).map { seconds, count in
          FailureCount(
            strategy: names.strategies[failure.strategy], reason: failure.code, seconds: seconds,
            count: count * share)
        }
      }
    traffic = Set(replications.flatMap(\.traffic.keys)).sorted { ($0.from, $0.to) < ($1.from, $1.to) }
      .map { route in
        var bytes = [Double](repeating: 0, count: bins.count)
        for replication in replications {
          let part = bins.amounts(replication.traffic[route])
          for bin in bytes.indices { bytes[bin] += part[bin] * share }
        }
        let link =
          route.from == route.to
          ? "within \(sites[route.from])" : "\(sites[route.from]) to \(sites[route.to])"
        return LinkTraffic(link: link, bytes: bytes)
      }
    spans = (replications.first?.spans ?? []).map { span in
      AttemptSpan(
        host: span.host, guest: span.guest, strategy: names.strategies[span.strategy], outcome: span.code,
        began: (span.began - Instant.zero).seconds, ended: (span.ended - Instant.zero).seconds)
    }
  }

  private static func moves(
    _ replications: [ReplicationCourse], _ names: AttemptNames, _ bins: CommonBins
  ) -> [Progress] {
    let parts = names.campaigns.indices.map { campaign in
      replications.map { bins.amounts($0.completed[campaign]) }
    }
    let all = replications.indices.map { replication in
      (0..<bins.count).map { bin in parts.reduce(0) { $0 + $1[replication][bin] } }
    }
    return [progress(nil, all)] + zip(names.campaigns, parts).map { progress($0, $1) }
  }

  private static func progress(_ campaign: String?, _ replications: [[Double]]) -> Progress {
    let sums = replications.map { counts in
      var sum = 0.0
      return counts.map { count -> Double in
        sum += count
        return sum
      }
    }
    let columns = (sums.first ?? []).indices.map { bin in sums.map { $0[bin] }.sorted() }
    func quantile(_ share: Double, _ sorted: [Double]) -> Double {
      let place = share * Double(sorted.count - 1)
      let (low, high) = (Int(place.rounded(.down)), Int(place.rounded(.up)))
      return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }
    return Progress(
      campaign: campaign, median: columns.map { quantile(0.5, $0) }, low: columns.map { quantile(0.1, $0) },
      high: columns.map { quantile(0.9, $0) })
  }
}

/// Bins of one width for all replications, as narrow as a number of them allows.
private struct CommonBins {
  let width: Int64
  let count: Int

  init(_ replications: [ReplicationCourse], most: Int) {
    var width = replications.map(\.width).max() ?? 1
    func last(_ width: Int64) -> Int {
      let all = replications.flatMap { replication in
        replication.completed + replication.failures.values + replication.downtimes.values
          + replication.traffic.values
      }
      return all.map { $0.widened(to: width).count }.max() ?? 0
    }
    while last(width) > most { width *= 2 }
    self.width = width
    count = last(width)
  }

  /// Padded with nothing to the common length.
  func amounts(_ bins: TimeBins?) -> [Double] {
    let amounts = bins?.widened(to: width) ?? []
    return amounts + Array(repeating: 0, count: count - amounts.count)
  }

  /// Added up over replications, where there is anything; with the middle of each bin in seconds.
  func sums(_ parts: [TimeBins?]) -> [(seconds: Double, amount: Double)] {
    var sums = [Double](repeating: 0, count: count)
    for part in parts {
      for (bin, amount) in amounts(part).enumerated() { sums[bin] += amount }
    }
    return sums.enumerated().filter { $0.element > 0 }
      .map { (seconds: (Double($0.offset) + 0.5) * Double(width) / 1e9, amount: $0.element) }
  }
}
