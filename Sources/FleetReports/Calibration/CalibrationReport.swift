public import FleetExperiments

/// Fitted parameters, for people and for programs.
public enum CalibrationReport {
  public static func text(_ calibration: Calibration, style: TerminalStyle = .plain) -> String {
    document(calibration).text(style)
  }

  public static func markdown(_ calibration: Calibration) -> String { document(calibration).markdown() }

  /// Schema `fleetshift.calibration/1`.
  public static func json(_ calibration: Calibration) throws -> String { try JSONReport.encode(calibration) }

  /// What the head of a fitted scenario says of where its figures come from: lines of comment.
  ///
  /// - Parameters:
  ///   - calibration: what was found.
  ///   - source: the file that was fitted.
  ///   - version: of the fleetshift that fitted it.
  public static func comment(_ calibration: Calibration, source: String, version: String) -> String {
    let variant = calibration.variant.map { ", variant \($0)" } ?? ""
    var lines = [
      "Calibrated from \(source)\(variant) by fleetshift \(version), seed \(calibration.seed), "
        + "\(count(calibration.replications, "replication")):"
    ]
    for parameter in calibration.parameters {
      lines.append(
        "  \(parameter.path) = \(parameter.text)"
          + (error(parameter).map { " ± \($0)" }
            ?? (parameter.isAtEnd ? " (at an end of its range)" : " (not told by the targets)")))
    }
    lines.append("to")
    for (target, kind) in zip(calibration.targets, kinds(calibration)) {
      lines.append("  \(target.text): \(Figure.text(target.reached.mean, kind, digits: 4))")
    }
    return lines.map { "# \($0)\n" }.joined() + "#\n"
  }

  private static func document(_ calibration: Calibration) -> Document {
    var document = Document()
    document.add(.title(calibration.scenario + (calibration.variant.map { ", variant \($0)" } ?? "")))
    document.add(
      .paragraph(
        "\(count(calibration.parameters.count, "free parameter")), \(count(calibration.targets.count, "target")); "
          + "seed \(calibration.seed), \(count(calibration.replications, "replication")) of each of "
          + "\(count(calibration.points, "point")), with the same chance at every point."))
    document.add("Fitted", parameters(calibration), note: parametersNote(calibration))
    document.add("Targets", targets(calibration), note: "Reached with the figures as they are written above.")
    document.add(.heading("What the targets tell"))
    for sentence in certainty(calibration) { document.add(.paragraph(sentence)) }
    document.add(.paragraph(verdict(calibration)))
    return document
  }

  // MARK: - Tables

  private static func parameters(_ calibration: Calibration) -> Table {
    var table = Table([
      .text("parameter"), .number("start"), .number("fitted"), .number("± standard error"),
      .number("by chance"), .number("by tolerance"), .number("range"),
    ])
    for parameter in calibration.parameters {
      table.add([
        parameter.path, figure(parameter.start, of: parameter, digits: 4), parameter.text, error(parameter),
        parameter.errorByChance.map { figure($0, of: parameter, digits: 2) },
        parameter.errorByTolerance.map { figure($0, of: parameter, digits: 2) },
        "\(Figure.short(parameter.low)) to \(figure(parameter.high, of: parameter, digits: 3))",
      ])
    }
    return table
  }

  /// How to read the columns that there are.
  private static func parametersNote(_ calibration: Calibration) -> String? {
    var sentences: [String] = []
    if calibration.replications == 1 {
      sentences.append("One replication: nothing says how far chance goes. More with --replications.")
    } else if calibration.parameters.contains(where: { $0.errorByChance != nil }) {
      sentences.append(
        "By chance: the targets were observed in one history, and the simulated ones differ as well.")
    }
    if calibration.parameters.contains(where: { $0.errorByTolerance != nil }) {
      sentences.append("By tolerance: the true targets lie anywhere within theirs.")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private static func error(_ parameter: Calibration.Parameter) -> String? {
    parameter.standardError.map { figure($0, of: parameter, digits: 2) }
  }

  /// In the unit of the parameter's range.
  private static func figure(_ value: Double, of parameter: Calibration.Parameter, digits: Int) -> String {
    Figure.short(value, digits: digits) + (parameter.unit.isEmpty ? "" : " \(parameter.unit)")
  }

  private static func targets(_ calibration: Calibration) -> Table {
    var table = Table([
      .text("target"), .number("wanted"), .number("reached"), .text("95 %"), .number("off by"), .text(""),
    ])
    for (target, kind) in zip(calibration.targets, kinds(calibration)) {
      let reached = Figure.text(target.reached, kind, isSigned: true)
      table.add([
        target.text, inUnit(of: target.wanted, target.wanted, kind),
        inUnit(of: target.wanted, target.reached.mean, kind),
        reached.interval ?? "", signed(target.residual * 100) + " %", target.isMet ? "met" : "missed",
      ])
    }
    return table
  }

  /// What was reached stands in the unit of what was wanted.
  private static func inUnit(of wanted: Double, _ value: Double, _ kind: FigureKind) -> String {
    let unit = Figure.unit(fitting: wanted, kind)
    return Figure.short(value / unit.size, digits: 4) + (unit.name.isEmpty ? "" : " \(unit.name)")
  }

  private static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + Figure.decimal(value, 2) }

  // MARK: - Sentences

  private static func certainty(_ calibration: Calibration) -> [String] {
    var sentences: [String] = []
    let (free, wanted) = (calibration.parameters.count, calibration.targets.count)
    if free > wanted {
      sentences.append(
        "\(count(wanted, "target")) cannot tell \(free) parameters apart, \(wanted) at the most: of those that serve the "
          + "targets alike, the ones nearest to the start are shown. Further targets would tell, or fewer free parameters."
      )
    }
    for parts in calibration.untold {
      guard parts.count > 1, let first = parts.first else {
        // At an end of its range its slope says nothing of it.
        if let only = parts.first,
          !calibration.parameters.contains(where: { $0.path == only.path && $0.isAtEnd })
        {
          sentences.append(
            "\(only.path) has no bearing on the targets, or so little that its range says as much as they do."
          )
        }
        continue
      }
      let others = parts.dropFirst().map { part in
        "\(part.weight > 0 ? "raising" : "lowering") \(part.path) by \(Figure.short(abs(part.weight) * 10, digits: 2)) %"
      }
      sentences.append(
        "\(listed(parts.map(\.path))) are not told apart: raising \(first.path) by 10 % of its range and "
          + "\(listed(others)) leaves the targets as they are.")
    }
    if calibration.untold.isEmpty, !calibration.singularValues.isEmpty {
      sentences.append("The targets tell \(free == 1 ? "the parameter" : "all \(free) parameters apart").")
    }
    for pair in calibration.correlations {
      sentences.append(
        "The errors of \(pair.first) and \(pair.second) go \(pair.value > 0 ? "together" : "opposite ways") "
          + "(correlation \(Figure.decimal(pair.value, 2))): one of them known better would tell the other.")
    }
    for parameter in calibration.parameters
    where parameter.start < parameter.low || parameter.start > parameter.high {
      sentences.append(
        "\(parameter.path) is \(figure(parameter.start, of: parameter, digits: 4)) in the scenario, which is outside its "
          + "range.")
    }
    for parameter in calibration.parameters where parameter.isAtEnd {
      sentences.append("\(parameter.path) lies at an end of its range: it would rather be beyond it.")
    }
    return sentences
  }

  private static func verdict(_ calibration: Calibration) -> String {
    let missed = calibration.targets.filter { !$0.isMet }.count
    let settled = calibration.hasConverged ? "" : " The search ended before it had settled."
    if missed == 0 { return "All targets are met." + settled }
    let all = calibration.targets.count
    return (missed == all ? "No target is met" : "\(missed) of \(all) targets are missed")
      + ": nothing within the ranges serves them better." + settled
  }

  private static func kinds(_ calibration: Calibration) -> [FigureKind] {
    calibration.targets.map { (try? CalibrationTarget(parsing: $0.text))?.kind ?? .count }
  }

  private static func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(Figure.count(Double(number))) \(what)\(number == 1 ? "" : "s")"
  }
}
