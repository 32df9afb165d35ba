/// One figure of a result, as a row of a table: everything that `expect:` clauses can name.
package struct FigureRow: Hashable, Sendable {
  /// `all`, `strategy`, `class` or `campaign`.
  package var scope: String
  /// The strategy, class or campaign; empty for all moves.
  package var group: String
  package var metric: String
  /// `total`, `mean`, `p50`, `p95`, `p99` or `max`.
  package var statistic: String
  package var value: Double
}

extension StudyResult {
  /// All its figures; what did not happen has none.
  package var figures: [FigureRow] {
    let all = [("all", "", totals)]
    let groups = [("strategy", byStrategy), ("class", byClass), ("campaign", byCampaign)]
      .flatMap { scope, named in named.groups.map { (scope, $0.name, $0.result) } }
    return (all + groups).flatMap { scope, name, group in
      let subject = MetricSubject(result: self, group: group, isStrategy: scope == "strategy")
      return Metric.all.filter { $0.isOfGroups || scope == "all" }
        .flatMap { figures($0, of: subject, scope, name) }
        + group.failures.sorted { $0.key < $1.key }.map { code, count in
          FigureRow(
            scope: scope, group: name, metric: "failures.\(code)", statistic: "total", value: count.mean)
        }
    }
  }

  private func figures(
    _ metric: Metric, of subject: MetricSubject, _ scope: String, _ name: String
  ) -> [FigureRow] {
    func row(_ statistic: MetricFunction, _ value: Double?) -> FigureRow? {
      value.map {
        FigureRow(scope: scope, group: name, metric: metric.name, statistic: statistic.rawValue, value: $0)
      }
    }
    var rows = [row(.total, metric.total(subject))]
    if let spread = metric.spread?(subject) {
      rows += [MetricFunction.mean, .p50, .p95, .p99, .max].map { row($0, spread.value(of: $0)) }
    }
    return rows.compactMap { $0 }
  }
}
