/// What is predicted of one migration, in the figures that are scored.
public struct RowPrediction: Hashable, Sendable {
  /// A figure with the interval that should hold nine of ten outcomes.
  public struct Figure: Hashable, Sendable {
    public var point: Double
    public var low: Double
    public var high: Double
    /// The middle of the courses with chance.
    public var median: Double

    public init(point: Double, low: Double, high: Double, median: Double? = nil) {
      self.point = point
      self.low = low
      self.high = high
      self.median = median ?? point
    }
  }

  /// The probability that the guest ends up running at the destination within the time given.
  public var convergence: Double
  /// The figures if it does.
  public var figures: [FidelityFigure: Figure]
  /// The boot of the guest within `cutoverDowntime` and `totalTime`, seconds; 0 where none boots.
  public var bootSeconds: Double
  /// The end of each round of memory copied while the guest runs, without noise.
  public var rounds: [Round]

  public struct Round: Hashable, Sendable {
    /// Since the command.
    public var seconds: Double
    /// Not yet sent when the round's dirty pages were counted.
    public var pendingBytes: Double
    /// Sent until then.
    public var sentBytes: Double

    public init(seconds: Double, pendingBytes: Double, sentBytes: Double) {
      self.seconds = seconds
      self.pendingBytes = pendingBytes
      self.sentBytes = sentBytes
    }
  }

  public init(
    convergence: Double, figures: [FidelityFigure: Figure], bootSeconds: Double = 0, rounds: [Round] = []
  ) {
    self.convergence = convergence
    self.figures = figures
    self.bootSeconds = bootSeconds
    self.rounds = rounds
  }
}
