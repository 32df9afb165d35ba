public import FleetExperiments
public import MigrationPhysics

/// The estimated constants of a rig, for people and for programs.
public enum FitReport {
  public static func text(_ fit: ProfileFit, _ profile: RigProfile, style: TerminalStyle = .plain) -> String {
    document(fit, profile).text(style)
  }

  public static func markdown(_ fit: ProfileFit, _ profile: RigProfile) -> String {
    document(fit, profile).markdown()
  }

  /// Schema `fleetshift.fit/1`.
  public static func json(_ fit: ProfileFit, _ profile: RigProfile) throws -> String {
    try JSONReport.encode(FitJSON(fit, profile))
  }

  private static func document(_ fit: ProfileFit, _ profile: RigProfile) -> Document {
    var document = Document()
    document.add(.title("\(profile.name): \(profile.source)"))
    var told = Table([
      .text("constant"), .number("start"), .number("estimate"), .number("standard error"), .text("unit"),
      .text("what it is"),
    ])
    for constant in fit.constants {
      guard let error = constant.standardError else { continue }
      told.add([
        constant.constant.rawValue, number(constant.start), number(constant.value), number(error),
        constant.constant.meaning.unit.rawValue, constant.constant.meaning.doc,
      ])
    }
    document.add("Estimated", told)
    let driven = fit.constants.filter(\.isDriven).map { constant in
      "\(constant.constant.rawValue) from \(number(constant.start)) to \(number(constant.value))"
    }
    if !driven.isEmpty {
      document.add(
        .note(
          "Driven away until it had no bearing any more, so that nothing is told of it but that: "
            + "\(driven.joined(separator: ", "))."))
    }
    let untold = fit.constants.filter { $0.standardError == nil && !$0.isDriven }.map(\.constant.rawValue)
    if !untold.isEmpty {
      document.add(
        .note(
          "Not told by these migrations, and left as they were: \(untold.joined(separator: ", ")). Their effect is "
            + "nought here, or no larger than the scatter."))
    }
    var left = Table([.text("figure"), .number("scatter")])
    for figure in FidelityFigure.allCases {
      guard let scatter = fit.scatter[figure] else { continue }
      left.add([figure.words, ValidationDocument.percent(scatter)])
    }
    document.add(
      "What the fit leaves", left,
      note:
        "Scatter: 1.4826 times the median relative error, a standard deviation if normal. \(fit.downWeighted) of "
        + "\(fit.figures) figures are so far off that they counted for less than half."
        + (fit.hasConverged ? "" : " The search ended before it had settled."))
    if let warning = warning(fit) { document.add(.paragraph(warning)) }
    var noise = Table([.text("constant"), .number("value"), .text("what it is")])
    for constant in RigConstant.allCases where constant.isNoise {
      noise.add([constant.rawValue, number(profile[constant]), constant.meaning.doc])
    }
    document.add("Chance", noise, note: "Set so that nine of ten figures lie in their interval.")
    return document
  }

  /// That the constants are not those of the rig, if they are not.
  private static func warning(_ fit: ProfileFit) -> String? {
    guard !fit.unexplained.isEmpty else { return nil }
    let figures = fit.unexplained.map { figure in
      "\(figure.words) (\(ValidationDocument.percent(fit.scatter[figure] ?? 0)))"
    }
    return
      "These constants do not explain what was measured: \(figures.joined(separator: ", ")) scatters far more than a rig "
      + "does. So they are not the rig's own, and the standard errors are widened by what they leave. --free with more "
      + "constants, or --start from a profile nearer to the rig, may explain it."
  }

  /// Four significant digits.
  private static func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "∞" }
    return Figure.text(value, .count, digits: 4)
  }
}

private struct FitJSON: Encodable {
  struct Constant: Encodable {
    let start: Double?
    let value: Double?
    let standardError: Double?
    let unit: RigUnit

    enum CodingKeys: String, CodingKey {
      case start, value, unit
      case standardError = "standard_error"
    }
  }

  var schema = "fleetshift.fit/1"
  let profile: String
  let constants: [String: Constant]
  let driven: [String: Double]
  let notIdentified: [String]
  let scatter: [FidelityFigure: Double]
  let noise: [String: Double]
  let figures: Int
  let downWeighted: Int
  let hasConverged: Bool
  let unexplained: [FidelityFigure]

  enum CodingKeys: String, CodingKey {
    case schema, profile, constants, driven, scatter, noise, figures
    case notIdentified = "not_identified"
    case downWeighted = "down_weighted"
    case hasConverged = "converged"
    case unexplained = "poorly_explained"
  }

  init(_ fit: ProfileFit, _ profile: RigProfile) {
    self.profile = profile.name
    constants = Dictionary(
      fit.constants.filter { $0.standardError != nil }.map {
        (
          $0.constant.rawValue,
          Constant(
            start: Self.finite($0.start), value: Self.finite($0.value), standardError: $0.standardError,
            unit: $0.constant.meaning.unit)
        )
      }, uniquingKeysWith: { first, _ in first })
    driven = Dictionary(
      fit.constants.filter(\.isDriven).compactMap { constant in
        Self.finite(constant.value).map { (constant.constant.rawValue, $0) }
      },
      uniquingKeysWith: { first, _ in first })
    notIdentified = fit.constants.filter { $0.standardError == nil && !$0.isDriven }.map(\.constant.rawValue)
    scatter = fit.scatter
    noise = Dictionary(
      RigConstant.allCases.filter(\.isNoise).compactMap { constant in
        Self.finite(profile[constant]).map { (constant.rawValue, $0) }
      },
      uniquingKeysWith: { first, _ in first })
    figures = fit.figures
    downWeighted = fit.downWeighted
    hasConverged = fit.hasConverged
    unexplained = fit.unexplained
  }

  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
