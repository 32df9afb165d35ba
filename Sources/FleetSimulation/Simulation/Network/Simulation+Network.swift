internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import Quantities

extension StreamPurpose {
  static let linkFailure = StreamPurpose("link.failure")
}

// Links by hour of day, links that fail, and the copies that wait for them.

extension Simulation {
  mutating func scheduleNetwork() {
    for (row, failures) in scenario.network.failures.enumerated() {
      for link in links.numbers(of: failures.links, in: fleet) {
        scheduleFailure(ofLink: link, row, number: 0)
      }
    }
    if !scenario.network.hours.isEmpty { hoursChange() }
  }

  // MARK: - Hours

  /// Gives each link the part of its rate that holds from now on, and comes back when that changes.
  mutating func hoursChange() {
    let hours = scenario.network.hours
    let day = Duration.days(1).nanoseconds
    let time = Duration(nanoseconds: now.nanoseconds % day)
    var shares: [Int: Double] = [:]
    for row in hours {
      let share = row.contains(time) ? row.share : 1
      for link in links.numbers(of: row.links, in: fleet) { shares[link] = min(shares[link] ?? 1, share) }
    }
    for (link, share) in shares.sorted(by: { $0.key < $1.key }) where links.setShare(share, of: link) {
      links.apply(link, to: &network, at: now)
    }
    var next = day
    for row in hours {
      for end in [row.from, row.until] {
        // From a nanosecond to a whole day ahead.
        next = min(next, (end.nanoseconds - time.nanoseconds - 1 + 2 * day) % day + 1)
      }
    }
    _ = queue.schedule(at: now + Duration(nanoseconds: next), .hoursChange)
  }

  // MARK: - Failures

  /// The next failure of a link by one row of the plan.
  private mutating func scheduleFailure(ofLink link: Int, _ row: Int, number: Int) {
    let failures = scenario.network.failures[row]
    let time: Instant
    if let at = failures.at {
      guard number == 0 else { return }
      time = .zero + at
    } else {
      guard failures.perSecond > 0 else { return }
      var chance = stream(UInt64(row) << 56 | UInt64(link) << 24 | UInt64(number), .linkFailure)
      time = now + Duration(seconds: -1 / failures.perSecond * log1p(-chance.uniform()))
    }
    if time <= end {
      _ = queue.schedule(at: time, .linkFails(link: Int32(link), row: Int32(row), number: Int32(number)))
    }
  }

  mutating func linkFails(_ link: Int, _ row: Int, _ number: Int) {
    ledger.linkFailures += 1
    _ = queue.schedule(
      at: now + scenario.network.failures[row].repair,
      .linkRepaired(link: Int32(link), row: Int32(row), number: Int32(number)))
    guard links.fail(link) else { return }
    links.apply(link, to: &network, at: now)
    for attempt in 0..<attempts.end where attempts.contains(attempt) {
      if network.isActive(attempts[attempt].flow), links.isOn(attempts[attempt].path, link) {
        waitForLink(attempt)
      }
    }
  }

  mutating func linkRepaired(_ link: Int, _ row: Int, _ number: Int) {
    scheduleFailure(ofLink: link, row, number: number + 1)
    guard links.repair(link) else { return }
    links.apply(link, to: &network, at: now)
    for attempt in 0..<attempts.end where attempts.contains(attempt) {
      guard links.isOn(attempts[attempt].path, link), !isCutOff(attempt) else { continue }
      _ = queue.cancel(attempts[attempt].linkPatience)
      attempts[attempt].endStall(at: now)
    }
  }

  /// Whether a failed link lies on the way of an attempt.
  func isCutOff(_ attempt: Int32) -> Bool {
    links.isBroken(from: Int(attempts[attempt].source), to: Int(attempts[attempt].target), in: fleet)
  }

  /// A copy stands still: as long as patience lasts.
  mutating func waitForLink(_ attempt: Int32) {
    guard !queue.isPending(attempts[attempt].linkPatience) else { return }
    attempts[attempt].linkPatience = queue.schedule(
      at: now + scenario.network.patience, .linkPatienceEnds(attempt: attempt))
    if case .pulling = attempts[attempt].machine.phase { attempts[attempt].stalledSince = now }
  }

  mutating func linkPatienceEnds(_ attempt: Int32) {
    // The machine would leave a guest alone that it believes to be running.
    tell(hangsUnnoticed(attempt) ? .guestCrashed : .failed(.link), to: attempt)
  }
}

#if canImport(Glibc)
  private import Glibc
#endif
