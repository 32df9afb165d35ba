internal import DiscreteEvent
internal import Quantities

extension DistributionError: HintedError {
  package var remedy: String? { "choose other figures, or another distribution" }
}

// A distribution is written as a plain value, which is always that, or as a mapping that names its family.

extension Shape where Value == Distribution {
  /// Of lengths of time; values in seconds.
  static let timeDistribution = distribution(
    "time-distribution", of: Shape<Duration>.duration.mapped({ $0.seconds }, back: { Duration(seconds: $0) }))
  /// Of amounts of data per second; values in bytes per second.
  static let rateDistribution = distribution("rate-distribution", of: rate)

  /// The same where a single rate may be `unlimited`, and nothing else stands for that: a rate of 0 is none.
  static let limitDistribution = Shape.byKind(
    scalar: Shape<ByteRate>.limit.mapped(
      { $0 == .unlimited ? .zero : try Distribution.constant($0.bytesPerSecond) },
      back: { $0.constantValue.map { $0 > 0 ? ByteRate(bytesPerSecond: $0) : .unlimited } }),
    mapping: byFamily("rate-distribution", of: rate))

  private static let rate = Shape<ByteRate>.byteRate.mapped(
    { $0.bytesPerSecond }, back: { ByteRate(bytesPerSecond: $0) })

  private static func distribution(_ name: String, of unit: Shape<Double>) -> Shape {
    let constant = unit.mapped({ try Distribution.constant($0) }, back: { $0.constantValue })
    return .byKind(scalar: constant, mapping: byFamily(name, of: unit))
  }

  private static func byFamily(_ name: String, of unit: Shape<Double>) -> Shape {
    .tagged(name, doc: "Where chance decides.", families(name, unit))
  }

  private static func families(_ name: String, _ unit: Shape<Double>) -> [Tag<Distribution>] {
    [
      family("uniform", name, unit, "Any value between two, alike.", ["from", "to"]) {
        let (from, to) = (try $0.need("from"), try $0.need("to"))
        guard from < to else {
          throw Complaint(
            "it runs from \($0.words("from")) to \($0.words("to"))", hint: "'to' must be above 'from'",
            at: "to")
        }
        return try .uniform(from: from, to: to)
      },
      family("exponential", name, unit, "Times between events that happen at any moment alike.", ["mean"]) {
        try .exponential(mean: $0.positive("mean"))
      },
      family(
        "lognormal", name, unit, "By median or mean, and by sigma (of the logarithm) or p95.",
        ["median", "mean", "p95"], numbers: ["sigma"]
      ) { try lognormal($0) },
      family(
        "gamma", name, unit, "By mean and coefficient of variation, or shape and scale.", ["mean", "scale"],
        numbers: ["cv", "shape"]
      ) { values in
        switch Set(values.given).subtracting(["min", "max"]) {
        case ["mean", "cv"]: return try .gamma(mean: values.positive("mean"), cv: values.positive("cv"))
        case ["shape", "scale"]:
          return try .gamma(shape: values.positive("shape"), scale: values.positive("scale"))
        default:
          throw Complaint("a gamma takes two figures", hint: "mean and cv, or shape and scale")
        }
      },
      family("weibull", name, unit, "By scale and shape.", ["scale"], numbers: ["shape"]) {
        try .weibull(scale: $0.positive("scale"), shape: $0.positive("shape"))
      },
      family("pareto", name, unit, "A power law from `scale` on.", ["scale"], numbers: ["shape"]) {
        try .pareto(scale: $0.positive("scale"), shape: $0.positive("shape"))
      },
      mix(name, unit), quantiles(name, unit),
    ]
  }

  private static func lognormal(_ values: Parameters) throws -> Distribution {
    for name in values.given where ["median", "mean", "p95"].contains(name) { _ = try values.positive(name) }
    if let sigma = values["sigma"], sigma < 0 {
      throw Complaint("'sigma' is \(values.words("sigma"))", hint: "at least 0", at: "sigma")
    }
    if let median = values["median"], let p95 = values["p95"], p95 < median {
      throw Complaint(
        "the 95th percentile, \(values.words("p95")), lies below the median, \(values.words("median"))",
        hint: "'p95' must be above 'median'", at: "p95")
    }
    switch (values["median"], values["mean"], values["sigma"], values["p95"]) {
    case (let median?, nil, let sigma?, nil): return try .lognormal(median: median, sigma: sigma)
    case (let median?, nil, nil, let p95?): return try .lognormal(median: median, p95: p95)
    case (nil, let mean?, let sigma?, nil): return try .lognormal(mean: mean, sigma: sigma)
    case (nil, let mean?, nil, let p95?): return try .lognormal(mean: mean, p95: p95)
    default:
      throw Complaint(
        "a lognormal takes two figures",
        hint: "median or mean, and sigma or p95: { median: 30 s, sigma: 0.5 }")
    }
  }

  /// A family with parameters in the unit of the quantity, and some that are plain numbers; all may be cut off.
  private static func family(
    _ family: String, _ name: String, _ unit: Shape<Double>, _ doc: String, _ quantities: [String],
    numbers: [String] = [], _ make: @escaping @Sendable (Parameters) throws -> Distribution
  ) -> Tag<Distribution> {
    let shape = Shape<Parameters>.object("\(family)-\(name)", doc: doc, initial: Parameters(unit: unit)) {
      quantities.map { Field<Parameters>.parameter($0, unit, "In the unit of the quantity.") }
      numbers.map { Field<Parameters>.parameter($0, .number, "A plain number.") }
      [
        Field<Parameters>.parameter("min", unit, "Nothing below this is drawn."),
        Field<Parameters>.parameter("max", unit, "Nothing above this is drawn."),
      ]
    }
    return .tag(family, shape.mapped { values in try values.cut(try make(values)) }, doc: doc) { $0 }
  }

  private static func mix(_ name: String, _ unit: Shape<Double>) -> Tag<Distribution> {
    let part = Shape<MixPart>.object("part-of-\(name)", doc: "A value and its share.", initial: MixPart()) {
      Field("value", \.value, unit, .required, doc: "The value.")
      Field("share", \.share, .fraction, .required, doc: "How often.")
    }
    let list = Shape<[MixPart]>.list(of: part, items: "parts", min: 1).checked { parts in
      try checkWhole(parts.map(\.share))
    }
    return .tag(
      "mix", list.mapped { try Distribution.discrete($0.map { (value: $0.value, weight: $0.share) }) },
      doc: "One of several values."
    ) { $0 }
  }

  private static func quantiles(_ name: String, _ unit: Shape<Double>) -> Tag<Distribution> {
    let point = Shape<QuantilePoint>.object(
      "quantile-of-\(name)", doc: "A share of all values, and the value they do not exceed.",
      initial: QuantilePoint()
    ) {
      Field("at", \.at, .fraction, .required, doc: "The share: 0 % for the least, 100 % for the greatest.")
      Field("value", \.value, unit, .required, doc: "The value.")
    }
    let list = Shape<[QuantilePoint]>.list(of: point, items: "quantiles", min: 2).checked { points in
      if let first = points.first, let last = points.last, first.at != 0 || last.at != 1 {
        throw Complaint(
          "the quantiles run from \(percentage(first.at)) to \(percentage(last.at))",
          hint: "begin with the least value at 0 % and end with the greatest at 100 %")
      }
      for (point, next) in zip(points, points.dropFirst())
      where next.at <= point.at || next.value < point.value {
        throw Complaint(
          "\(words(next.value, in: unit)) at \(percentage(next.at)) does not lie above "
            + "\(words(point.value, in: unit)) at \(percentage(point.at))",
          hint: "shares rise from one quantile to the next, and values do not fall")
      }
    }
    return .tag(
      "quantiles",
      list.mapped { try Distribution.empirical(quantiles: $0.map { (p: $0.at, value: $0.value) }) },
      doc: "Straight lines between measured quantiles."
    ) { $0 }
  }
}

private struct MixPart: Sendable {
  var value = 0.0
  var share = 0.0
}

private struct QuantilePoint: Sendable {
  var at = 0.0
  var value = 0.0
}

/// A figure as it would be written.
private func words(_ value: Double, in shape: Shape<Double>) -> String {
  shape.write(value)?.plainText ?? shortest(value)
}

/// The parameters of a family, as far as they are given.
private struct Parameters: Sendable {
  private var values: [String: Double] = [:]
  private let unit: Shape<Double>
  private static let numbers = ["sigma", "cv", "shape"]

  init(unit: Shape<Double>) { self.unit = unit }

  var given: [String] { values.keys.sorted() }

  subscript(name: String) -> Double? {
    get { values[name] }
    set { values[name] = newValue }
  }

  func need(_ name: String) throws -> Double {
    guard let value = values[name] else {
      throw Complaint("'\(name)' is missing", hint: "add '\(name): …'")
    }
    return value
  }

  func positive(_ name: String) throws -> Double {
    let value = try need(name)
    guard value > 0 else {
      throw Complaint("'\(name)' is \(words(name))", hint: "it must be above 0", at: name)
    }
    return value
  }

  /// The figure as it would be written.
  func words(_ name: String) -> String {
    guard let value = values[name] else { return "nothing" }
    return Self.numbers.contains(name) ? shortest(value) : ScenarioFormat.words(value, in: unit)
  }

  func cut(_ distribution: Distribution) throws -> Distribution {
    guard values["min"] != nil || values["max"] != nil else { return distribution }
    do {
      return try distribution.clamped(min: values["min"] ?? -.infinity, max: values["max"] ?? .infinity)
    } catch {
      let from = values["min"] == nil ? "" : "from \(words("min")) "
      let to = values["max"] == nil ? "on" : "up to \(words("max"))"
      throw Complaint(
        "next to nothing of the distribution lies \(from)\(to)", hint: "a wider range, or other figures",
        at: values["max"] == nil ? "min" : "max")
    }
  }
}

extension Field where Root == Parameters {
  fileprivate static func parameter(_ name: String, _ shape: Shape<Double>, _ doc: String) -> Field {
    Field(name, \.[name], shape, doc: doc)
  }
}
