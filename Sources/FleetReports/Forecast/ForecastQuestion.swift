internal import MigrationPhysics
internal import Quantities

/// What was asked of a prediction, in a sentence: whoever reads the figures has to see what they are of.
enum ForecastQuestion {
  static func words(of migration: MigrationCase) -> String {
    var parts: [String] = []
    if migration.kind.movesMemory { parts.append(memory(migration.memory)) }
    if migration.kind.movesDisk { parts.append(disk(migration.disk)) }
    parts.append("over \(migration.transport.link)")
    if migration.transport.maxBandwidth < migration.transport.link {
      parts.append("at most \(migration.transport.maxBandwidth) by the hypervisor's limit")
    }
    if migration.kind.movesMemory {
      parts.append("a pause of \(migration.transport.downtimeLimit) ends the rounds")
    } else {
      parts.append("the guest boots in \(migration.boot)")
    }
    parts.append("called off after \(migration.transport.timeout)")
    return "Asked of: \(parts.joined(separator: "; "))."
  }

  private static func memory(_ load: MemoryLoad) -> String {
    var text = "\(load.configured) of memory, \(load.workload) of it held by programs"
    let rate = ByteRate(bytesPerSecond: load.writes.pagesPerSecond * 4096)
    if rate.bytesPerSecond > 0 { text += ", \(load.writes.workingSet) written at \(rate)" }
    return text
  }

  private static func disk(_ load: DiskLoad) -> String {
    var text = "a disk of \(load.virtual), \(load.allocated) of it data"
    if load.writes.rate.bytesPerSecond > 0 {
      text += ", \(load.writes.workingSet) written at \(load.writes.rate)"
    }
    return text
  }
}
