internal import DiscreteEvent
internal import FleetModel
internal import MigrationPolicy
internal import Quantities

// Hosts that have their turns in waves.

extension Simulation {
  /// The campaign's hosts in the order of their turns.
  func turnOrder(_ drains: HostDrains) -> [Int] {
    let hosts = drains.hosts.hosts(of: fleet, in: drains.site)
    guard drains.hosts.listed == nil else { return hosts }
    let (spares, others) = (
      hosts.filter { fleet.hosts[$0].isSpare }, hosts.filter { !fleet.hosts[$0].isSpare }
    )
    return drains.sparesFirst ? spares + others : others + spares
  }

  mutating func beginWave(_ index: Int) {
    campaigns[index].isWaveDue = false
    let wave = campaigns[index].wave
    guard wave < campaigns[index].waves.count else { return }
    campaigns[index].pending += campaigns[index].waves[wave]
    campaigns[index].wave += 1
    ledger.courses[index].waves += 1
  }

  /// A host is done: the next wave, if it was the last of this one; or the end of the campaign.
  mutating func hostDone(_ drains: HostDrains, _ index: Int) {
    let progress = campaigns[index]
    if let waves = drains.waves, progress.pending == 0, progress.unavailable == 0, !progress.isWaveDue,
      !progress.isStopped, progress.wave < progress.waves.count
    {
      campaigns[index].isWaveDue = true
      let isCanary = waves.canary > 0 && progress.wave == 1
      _ = queue.schedule(at: now + (isCanary ? waves.canaryPause : waves.gap), .campaign(Int32(index)))
    }
    judge(index)
    seeIfOver(index)
  }
}
