internal import FleetExperiments

/// What moved off some hosts when, and what became of it.
enum HostChart {
  static func make(_ course: StudyCourse) -> Chart? {
    guard let end = course.spans.map(\.ended).max(), let begin = course.spans.map(\.began).min() else {
      return nil
    }
    let time = ChartTime(fitting: end - begin)
    let hosts = Set(course.spans.map(\.host))
    var data = ChartData([
      .number("host", "host"), .number("vm", "VM"), .text("strategy", "strategy"),
      .text("outcome", "outcome"),
      .text("end", "end"), .number("from", "from, \(time.word)"), .number("to", "to, \(time.word)"),
    ])
    for span in course.spans {
      data.add([
        .number(Double(span.host)), .number(Double(span.guest)), .text(span.strategy),
        .text(span.outcome == "completed" ? "completed" : FailureReason.words(for: span.outcome)),
        .text(span.outcome == "completed" ? "completed" : "failed"), time.value(span.began),
        time.value(span.ended),
      ])
    }
    let failed = course.spans.count { $0.outcome != "completed" }
    return Chart(
      id: "hosts", title: "Hosts over time",
      summary:
        "\(Figure.text(Double(course.spans.count), .count)) attempts from the first \(hosts.count) "
        + "\(hosts.count == 1 ? "host" : "hosts") that VMs leave, "
        + "\(Figure.text(Double(failed), .count)) of which failed.",
      note: "Of the first replication, until these hosts' last attempt and no longer.",
      howToRead: "A bar is one attempt.",
      spec: [
        "height": .number(Double(hosts.count) * 13),
        "mark": ["type": "bar", "height": 9, "tooltip": true, "minBandSize": 2],
        "encoding": [
          "y": ["field": "host", "type": "ordinal", "title": "host"],
          "x": [
            "field": "from", "type": "quantitative", "title": .text("\(time.word) since the start"),
            "scale": ["zero": false, "nice": false],
          ],
          "x2": ["field": "to"],
          "color": [
            "field": "end", "type": "nominal", "title": "attempt",
            "scale": ["domain": ["completed", "failed"], "range": ["#0072b2", "#d55e00"]],
            "legend": ["orient": "top"],
          ],
          // A bar thinner than a line shows all the same.
          "stroke": [
            "field": "end", "type": "nominal",
            "scale": ["domain": ["completed", "failed"], "range": ["#0072b2", "#d55e00"]],
          ],
          "tooltip": [
            ["field": "vm", "title": "VM"], ["field": "strategy"], ["field": "outcome"],
            ["field": "from", "format": ",.3f"], ["field": "to", "format": ",.3f"],
          ],
        ],
      ], data: data)
  }
}
