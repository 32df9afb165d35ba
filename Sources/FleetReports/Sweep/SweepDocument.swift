internal import FleetExperiments

/// What is said of a sweep: its points, and what they hang on.
enum SweepDocument {
  /// More rows than that are not read; the files have them all.
  static let mostRows = 250

  static let sameChance = "with the same chance at every point"

  static func make(_ result: SweepResult) -> Document {
    var document = Document()
    document.add(.title(result.scenario + (result.variant.map { ", variant \($0)" } ?? "")))
    document.add(
      .paragraph(
        "\(count(result.points.count, "point")) (\(words(result.design))) over \(result.factors.joined(separator: ", ")); "
          + "seed \(result.seed), \(count(result.replications, "replication")) of each, \(sameChance)."
      ))
    document.add("Points", points(result), note: note(result), keepsEmptyColumns: true)
    for sentence in missing(result) { document.add(.paragraph(sentence)) }
    if result.points.count > mostRows {
      document.add(
        .note(
          "The first \(mostRows) of \(result.points.count) points; --format csv prints all, and the folder holds them."
        ))
    }
    document.add(
      "What it hangs on", effects(result),
      note: """
        Shares of a metric's variance over the points, in brackets the 95 % interval: alone, what a factor accounts for \
        by itself; with interactions, what would be left if all others were fixed.
        """)
    for effects in result.effects {
      if let sentence = sentence(effects) { document.add(.paragraph(sentence)) }
    }
    if result.effects.isEmpty { document.add(.note(reason(result))) }
    return document
  }

  private static func points(_ result: SweepResult) -> Table {
    var table = Table(result.factors.map { .number($0) } + result.metrics.map { .number($0) })
    let kinds = result.metrics.map(kind)
    for point in result.points.prefix(mostRows) {
      let cells = zip(zip(point.metrics, kinds), point.used).map { figure, used in
        figure.0.map { estimate in
          Figure.plusMinus(estimate, figure.1)
            + (used == result.replications ? "" : " (\(used) of \(result.replications))")
        }
      }
      table.add(point.values + cells)
    }
    return table
  }

  /// Which metrics some replications, or all, have nothing of, and what that makes of the means of the others.
  private static func missing(_ result: SweepResult) -> [String] {
    result.metrics.indices.compactMap { metric in
      let (missing, all) = (result.missing(metric), result.points.count * result.replications)
      let name = result.metrics[metric]
      let isEnd = (try? MetricExpression(parsing: name))?.isEndOfCampaign ?? false
      guard missing > 0 else { return nil }
      guard missing < all else {
        return isEnd
          ? "\(name): not over in any replication of any point. A longer horizon would show when it is."
          : "\(name): nothing of the kind happened at any point."
      }
      let why =
        isEnd
        ? "it was not over by the horizon: the mean of all is larger than that of the rest"
        : "nothing of the kind happened"
      return
        "\(name) is missing in \(Figure.count(Double(missing))) of \(count(all, "replication")), in which \(why). "
        + "Behind a mean stands of how many it is; the points cannot be held against each other, so nothing is said of "
        + "what it hangs on."
    }
  }

  private static func effects(_ result: SweepResult) -> Table {
    // A metric that does not move beyond chance has no rows: a sentence says so.
    var table = Table([
      .text("metric"), .text("factor"), .number("alone"), .text(""), .number("with interactions"), .text(" "),
    ])
    for effects in result.effects {
      for effect in effects.factors {
        let (first, total) = (words(effect.first), words(effect.total))
        table.add([
          effects.metric, effect.factor, first.value, first.interval, total.value,
          total.interval,
        ])
      }
    }
    return table
  }

  private static func words(_ share: SweepResult.Share) -> (value: String, interval: String) {
    func percent(_ value: Double) -> String { Figure.decimal(value * 100, 0) }
    let interval = share.low == share.high ? "" : "(\(percent(share.low)) to \(percent(share.high)))"
    return (percent(share.value) + " %", interval)
  }

  /// Names the factor that matters most, if one can be told from the others, and from chance.
  static func sentence(_ effects: SweepResult.Effects) -> String? {
    if let movement = effects.movement, effects.isChance {
      let f = movement.statistic.map { "F = \(Figure.short($0)), " } ?? ""
      return "\(effects.metric): no factor moves it beyond chance (\(f)probability "
        + "\(Figure.short(movement.probability, digits: 2))); more --replications might show what does."
    }
    let ranked = effects.factors.sorted { $0.total.value > $1.total.value }
    guard let first = ranked.first else { return nil }
    if ranked.count > 1, ranked[1].total.high > first.total.low {
      return
        "\(effects.metric): \(first.factor) and \(ranked[1].factor) cannot be ranked by these replications."
    }
    let idle = ranked.dropFirst().filter { $0.total.high < 0.05 }.map(\.factor)
    let rest =
      idle.isEmpty
      ? "" : "; \(idle.joined(separator: ", ")) \(idle.count == 1 ? "hardly matters" : "hardly matter")"
    let caveat =
      effects.movement == nil ? ", as far as one replication of each point can tell it from chance" : ""
    return "\(effects.metric) hangs most on \(first.factor)\(rest)\(caveat)."
  }

  private static func reason(_ result: SweepResult) -> String {
    switch result.design {
    case .grid, .sensitivity:
      "No shares of variance: the metrics are the same at all points, or missing at some."
    case .lhs, .sobol:
      "A \(words(result.design)) does not tell the factors' shares of the variance: --design sensitivity does."
    }
  }

  private static func note(_ result: SweepResult) -> String {
    result.replications > 1
      ? "Mean over replications of what the metric comes to in each; ±: half of its 95 % interval (Student's t)."
      : "One replication: nothing says how far chance goes. More with --replications."
  }

  private static func words(_ design: SweepDesign) -> String {
    switch design {
    case .grid: "grid"
    case .lhs: "Latin hypercube"
    case .sobol: "Sobol sequence"
    case .sensitivity: "sensitivity design"
    }
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(Figure.count(Double(number))) \(what)\(number == 1 ? "" : "s")"
  }

  private static func kind(_ metric: String) -> FigureKind {
    (try? MetricExpression(parsing: metric))?.kind ?? .count
  }
}
