/// One migration that was carried out and measured: what was known before it, and what came of it.
public struct MeasuredMigration: Sendable {
  public var id: String
  /// The group of runs that its maker put it in; empty where none is given.
  public var family: String
  /// Where it stands in its file.
  public var line: Int
  public var inputs: MigrationInputs
  /// Read to score predictions, and to fit; never to predict.
  public var outcome: MeasuredOutcome

  public init(id: String, family: String = "", line: Int, inputs: MigrationInputs, outcome: MeasuredOutcome) {
    self.id = id
    self.family = family
    self.line = line
    self.inputs = inputs
    self.outcome = outcome
  }
}

extension MeasuredMigration {
  /// Per migration, the number of its configuration, counted as they appear: those with the same inputs are one.
  static func configurationNumbers(_ inputs: [MigrationInputs]) -> [Int] {
    var numbers: [MigrationInputs: Int] = [:]
    return inputs.map { inputs in
      let number = numbers[inputs] ?? numbers.count
      numbers[inputs] = number
      return number
    }
  }
}

/// What came of a migration: the outcome columns that are scored. Nil where a cell is empty.
public struct MeasuredOutcome: Hashable, Sendable {
  /// Whether the guest ended up running at the destination; nil where the status is not given.
  public var isCompleted: Bool?
  /// From the command to the end of the migration, as the hypervisor counts, ms.
  public var totalMilliseconds: Double?
  /// From the command, or the start of the disk's job, to the guest's first sign of life at the destination, ms.
  public var switchMilliseconds: Double?
  /// RAM as the hypervisor counted it, bytes.
  public var transferredBytes: Double?
  /// What the source put on the wire, bytes.
  public var wireBytes: Double?
  /// The source's vCPU stopped until the destination's runs, ms.
  public var vcpuGapMilliseconds: Double?
  /// As the hypervisor reported it, ms.
  public var downtimeMilliseconds: Double?
  /// Last sign of life of the source to the first of the destination, ms.
  public var tickGapMilliseconds: Double?
  /// The copy while the guest runs: of a mirror until it is ready, of a reboot all its passes; of a cold move the copy.
  public var bulkSeconds: Double?
  /// Launch to first sign of life at the destination, s.
  public var destinationBootSeconds: Double?
  public var roundCount: Double?

  public init() {}
}
