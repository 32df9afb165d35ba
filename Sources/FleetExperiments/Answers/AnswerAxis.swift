/// What an answer goes through, one by one.
public enum AnswerAxis: String, Hashable, Sendable, CaseIterable {
  case variants, classes, strategies, campaigns

  /// The word for one of them.
  var singular: String {
    switch self {
    case .variants: "variant"
    case .classes: "class"
    case .strategies: "strategy"
    case .campaigns: "campaign"
    }
  }

  /// None for variants, which are results of their own.
  func groups(of result: StudyResult) -> NamedGroups {
    switch self {
    case .variants: NamedGroups([])
    case .classes: result.byClass
    case .strategies: result.byStrategy
    case .campaigns: result.byCampaign
    }
  }

  /// The places that a clause or a column is evaluated at, by name and in order.
  func places(at place: EvaluationPlace) -> [(name: String, place: EvaluationPlace)] {
    var next = place
    if self == .variants {
      return place.results.variants.map { variant in
        next.variant = variant.name
        return (variant.name, next)
      }
    }
    let result = place.variant.flatMap { place.results[$0] } ?? place.results.selected
    return groups(of: result).groups.map { group in
      next.group = (self, group.name)
      return (group.name, next)
    }
  }
}
