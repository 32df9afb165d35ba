/// What a scenario is expected to come to: one line of its `expect:`.
///
/// ```
/// total(transferred) is 11.6 PB within 1 %
/// p95(service-gap of reboot) <= 30 min
/// p50(total-time of "standard-4gb, over 6 y") > p50(total-time of "general-8gb, up to 1 y")
/// share(failures.timed_out of live) < 2 %
/// failed / moves < 1 %
/// by class: p95(downtime) < 30 s
/// ci(total(downtime)) < 2 %
/// ```
///
/// - `total` is of a replication, on average; `mean`, `p50`, `p95`, `p99` and `max` are over single moves or attempts
///   of all replications; `share` is of the whole that the metric is a part of: `completed` and `abandoned` of the
///   moves asked for (of a strategy: of its attempts), `failed`, `refused` and `failures.CODE` of all attempts and
///   refusals, kinds of data of the data moved, `downtime` and `saved` of the baseline's downtime.
/// - `end`, `makespan` and `latest-end` are of one campaign, which stands in the brackets: `end(host-upgrade) <= 20 d`.
///   Such a clause does not hold as long as there is a replication in which the campaign was not over at the horizon.
/// - `min(headroom)` and `max(hosts-out)` are of the worst replication; `blocked.REASON` is what held the guests left on
///   hosts whose drain was given up.
/// - `of` names a strategy, a campaign or a class; without it all moves are meant. Names with spaces, commas or a
///   leading digit stand in double quotes.
/// - `in` names another variant of the scenario, `base` being the scenario as it stands.
/// - `by class:`, `by strategy:` or `by campaign:` at the beginning asks it of each of them, wherever the clause names no
///   other; it holds if it holds for all of which there is something to say.
/// - `ci` is the half width of the 95 % interval of the mean over replications of what stands in its brackets, which is
///   taken in each replication by itself. Beside a percentage it is a part of that mean, unless that is a share already.
/// - `downtime.p95` is short for `p95(downtime)`; a count beside a `/` may stand alone and is a total.
/// - Either side may be a metric, or several joined by `+`, `-`, `*`, `/` and parentheses. Both have to be of one kind: a number, data, a time, a share.
/// - `is` asks for equality `within` a percentage of the right side; without it for the very same number.
///
/// Something that never happened has no quantiles: such a clause does not hold, whatever it compares with.
public struct Expectation: Hashable, Sendable {
  public let text: String
  let claim: ExpectationClaim
  /// What it is asked of one by one; `nil` where it is asked once.
  let axis: AnswerAxis?

  /// Whether it asks how sure the figures are, for which each replication has to be at hand.
  public var asksForPrecision: Bool { claim.asksForPrecision }

  /// Reads a clause. Which strategies, campaigns and classes there are is seen only when it is judged.
  public static func parse(_ text: String) throws(ExpectationError) -> Expectation {
    var parser = ExpectationParser(text, try ExpectationToken.tokens(of: text))
    let axis = try parser.axis()
    return Expectation(text: text, claim: try parser.claim(by: axis), axis: axis)
  }
}
