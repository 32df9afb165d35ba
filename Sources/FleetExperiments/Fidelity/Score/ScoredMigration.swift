internal import MigrationPhysics

/// One migration with what was predicted of it.
public struct ScoredMigration: Sendable {
  /// A figure with its prediction and what came of it.
  public struct Figure: Hashable, Sendable {
    public let figure: FidelityFigure
    public let measured: Double
    public let predicted: RowPrediction.Figure

    /// Predicted over measured, less one: 0.05 is five per cent too much.
    public var error: Double {
      measured == 0 ? (predicted.point == 0 ? 0 : 1) : predicted.point / measured - 1
    }

    /// Whether the interval holds what was measured.
    public var isHeld: Bool { predicted.low <= measured && measured <= predicted.high }
  }

  public let migration: MeasuredMigration
  public let prediction: RowPrediction
  /// Those that were measured, in the order of their kind.
  public let figures: [Figure]

  /// Holds a prediction, which was made from the inputs alone, against the outcome.
  public init(_ migration: MeasuredMigration, _ prediction: RowPrediction) {
    self.migration = migration
    self.prediction = prediction
    figures = FidelityFigure.scored(of: migration.inputs.kind).compactMap { figure in
      guard let measured = migration.measured(figure) else { return nil }
      guard figure == .cutoverGivenBoot else {
        return prediction.figures[figure].map {
          Figure(figure: figure, measured: measured, predicted: $0)
        }
      }
      guard let boot = migration.outcome.destinationBootSeconds,
        let gap = prediction.figures[.cutoverDowntime]
      else { return nil }
      let point = max(0, gap.point - prediction.bootSeconds) + boot
      return Figure(
        figure: figure, measured: measured, predicted: .init(point: point, low: point, high: point))
    }
  }

  public subscript(_ figure: FidelityFigure) -> Figure? { figures.first { $0.figure == figure } }

  /// Whether it can fail to converge at all; a cold move cannot.
  public var canDiverge: Bool {
    switch migration.inputs.kind {
    case .liveRAM, .liveDisk, .warm: migration.outcome.isCompleted != nil
    case .cold, .reboot: false
    }
  }
}
