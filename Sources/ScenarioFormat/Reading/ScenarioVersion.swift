internal import FleetExperiments
internal import FleetSimulation

/// A scenario as it stands or one of its variants, read.
struct ScenarioVersion {
  var scenario: Scenario
  var form: ScenarioForm
  var names: AttemptNames

  /// Holds what names several variants against all of them: against results in which nothing has happened yet.
  static func check(_ versions: [ScenarioVersion], into diagnostics: inout Diagnostics) {
    let nothingYet = versions.map { StudyResult($0.scenario, [Ledger($0.names)]) }
    var said: Set<String> = []
    func complain(_ error: ExpectationError, at origin: Origin) {
      // Variants inherit what is wrong.
      guard said.insert("\(origin.line):\(origin.column) \(error.message)").inserted else { return }
      diagnostics.add(.unknownName, at: origin, error.message, remedy: error.remedy)
    }
    for (index, version) in versions.enumerated() {
      let others = nothingYet.indices.filter { $0 != index }.map { nothingYet[$0] }
      let results = VariantResults(nothingYet[index], among: others)
      let names = ExpectationNames(of: version.scenario)
      for expectation in version.form.expectations where !expectation.expectation.variants.isEmpty {
        do throws(ExpectationError) {
          _ = try expectation.expectation.evaluate(results, names: names)
        } catch {
          complain(error, at: expectation.origin(of: error))
        }
      }
      for answer in version.form.answers where index == 0 {
        do throws(AnswerError) {
          _ = try answer.answer.evaluate(results, names: names)
        } catch {
          if let origin = answer.origin(of: error) { complain(error.error, at: origin) }
        }
      }
    }
  }
}
