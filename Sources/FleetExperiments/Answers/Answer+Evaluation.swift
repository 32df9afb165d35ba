public import FleetSimulation

extension Answer {
  /// Puts the figures in.
  ///
  /// - Throws: ``AnswerError`` for a name that nothing goes by.
  public func evaluate(
    _ results: VariantResults, names: ExpectationNames = ExpectationNames()
  ) throws(AnswerError) -> AnswerResult {
    var place = EvaluationPlace(results: results, names: names)
    place.isSum = true
    switch content {
    case .table(let table): return try table.evaluate(at: place)
    case .line(let pieces):
      var (text, values) = ("", [Double?]())
      for piece in pieces {
        switch piece {
        case .text(let words): text += words
        case .value(let value):
          do {
            let (words, number) = try value.evaluate(at: place)
            text += words
            if value.axis == nil { values.append(number) }
          } catch {
            throw AnswerError(part: .line, error: error)
          }
        }
      }
      return AnswerResult(text: text, values: values.isEmpty ? nil : values)
    }
  }
}

extension StudyResult {
  /// Answers the question of the scenario, from the results of its variants.
  public mutating func answer(
    _ answers: [Answer], of scenario: Scenario, among others: [StudyResult] = []
  ) throws(AnswerError) {
    var given: [AnswerResult] = []
    let results = VariantResults(self, among: others)
    for answer in answers {
      given.append(try answer.evaluate(results, names: ExpectationNames(of: scenario)))
    }
    self.answers = given
  }
}

extension AnswerValue {
  fileprivate func evaluate(at place: EvaluationPlace) throws(ExpectationError) -> (String, Double?) {
    switch self {
    case .expression(let expression, let offset):
      do {
        let value = try expression.value(at: place)
        return (value.map { expression.words($0) } ?? "nothing", value)
      } catch {
        throw error.moved(by: offset)
      }
    case .names(let axis, let choice, let claim, let offset):
      var names: [String] = []
      do {
        for (name, place) in axis.places(at: place) where try claim.holds(at: place) { names.append(name) }
      } catch {
        throw error.moved(by: offset)
      }
      switch choice {
      case .all: return (AnswerValue.listed(names), nil)
      case .first: return (names.first ?? "none", nil)
      case .last: return (names.last ?? "none", nil)
      }
    }
  }

  private static func listed(_ names: [String]) -> String {
    // Names of classes have commas in them.
    let separator = names.contains { $0.contains(",") } ? "; " : ", "
    guard names.count > 1, let last = names.last else { return names.first ?? "none" }
    return names.dropLast().joined(separator: separator) + " and " + last
  }
}

extension AnswerTable {
  fileprivate func evaluate(at place: EvaluationPlace) throws(AnswerError) -> AnswerResult {
    var rows: [AnswerResult.Row] = []
    let places = axis.places(at: place)
    for name in only where !places.contains(where: { $0.name == name }) {
      throw AnswerError(
        part: .axis,
        error: ExpectationError(
          position: 0, message: "there is no \(axis.singular) called '\(name)'",
          remedy: Spelling.remedy(for: name, among: places.map(\.name))))
    }
    for (name, place) in places where only.isEmpty || only.contains(name) {
      do {
        if let condition, try !condition.holds(at: place) { continue }
      } catch {
        throw AnswerError(part: .condition, error: error)
      }
      var values: [Double?] = []
      for (index, column) in columns.enumerated() {
        do { values.append(try column.expression.value(at: place)) } catch {
          throw AnswerError(part: .column(index), error: error)
        }
      }
      // A class that nobody moved has nothing to say.
      if axis != .variants, values.allSatisfy({ $0 == nil }) { continue }
      let texts = zip(columns, values).map { column, value in value.map { column.expression.words($0) } ?? ""
      }
      rows.append(AnswerResult.Row(name: name, values: values, texts: texts))
    }
    return AnswerResult(
      table: AnswerResult.Table(of: axis.singular, columns: columns.map(\.title), rows: rows))
  }
}

extension ExpectationExpression {
  /// A value of it as people read it: totals of time in hours, times of single moves as spans.
  fileprivate func words(_ value: Double) -> String {
    switch kind {
    case .count, .bytes: return Figure.text(value, kind)
    case .share: return Figure.share(value, of: 1) ?? ""
    case .seconds:
      if case .call(let call) = self, call.function == .total { return Figure.text(value, .seconds) }
      return Figure.span(value)
    }
  }
}
