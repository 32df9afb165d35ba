public import FleetExperiments

/// Checks as a JUnit file: a suite a scenario, a test case a figure of a group, so that any CI shows what got worse.
public enum JUnitReport {
  /// How each begins.
  public static let start =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fleetshift check\">\n"

  public static func render(_ checks: [Check], unjudged: [UnjudgedScenario] = []) -> String {
    var text = start
    for check in checks { text += suite(check) }
    for scenario in unjudged { text += suite(scenario) }
    return text + "</testsuites>\n"
  }

  private static func suite(_ check: Check) -> String {
    let failures = check.findings.count { $0.verdict == .worse } + check.broken.count
    let tests = check.findings.count + check.broken.count
    var text =
      "  <testsuite name=\"\(escaped(check.scenario))\" tests=\"\(tests)\" failures=\"\(failures)\" errors=\"0\">\n"
    for finding in check.findings {
      let name = "\(finding.metric.words) of \(finding.group.words)"
      guard finding.verdict == .worse else {
        text += "    <testcase classname=\"\(escaped(check.scenario))\" name=\"\(escaped(name))\"/>\n"
        continue
      }
      let message = "\(finding.value(finding.before)) before, \(finding.value(finding.after)) after"
      text += failure(check, name, message, type: "worse")
    }
    for broken in check.broken { text += failure(check, broken.text, broken.words, type: "expectation") }
    return text + "  </testsuite>\n"
  }

  private static func suite(_ unjudged: UnjudgedScenario) -> String {
    let name = escaped(unjudged.scenario)
    return """
        <testsuite name="\(name)" tests="1" failures="0" errors="1">
          <testcase classname="\(name)" name="is judged">\
      <error type="unjudged" message="\(escaped(unjudged.why))"/></testcase>
        </testsuite>

      """
  }

  private static func failure(_ check: Check, _ name: String, _ message: String, type: String) -> String {
    "    <testcase classname=\"\(escaped(check.scenario))\" name=\"\(escaped(name))\">"
      + "<failure type=\"\(type)\" message=\"\(escaped(message))\"/></testcase>\n"
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      // XML 1.0 has no other control characters.
      case _ where scalar.value < 32: out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
