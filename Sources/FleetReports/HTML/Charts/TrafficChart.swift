internal import FleetExperiments

/// What went over the links, over time.
enum TrafficChart {
  private static let mostLinks = 8

  static func make(_ course: StudyCourse) -> Chart? {
    let links = course.traffic.map { (name: $0.link, bytes: $0.bytes, sum: $0.bytes.reduce(0, +)) }
      .filter { $0.sum > 0 }.sorted { ($1.sum, $0.name) < ($0.sum, $1.name) }
    guard let first = links.first else { return nil }
    let time = ChartTime(fitting: course.binSeconds * Double(first.bytes.count))
    var data = ChartData([
      .number("time", time.word), .text("link", "link"), .number("rate_MBps", "MB/s"),
    ])
    let shown = links.prefix(mostLinks)
    for link in shown {
      for (bin, bytes) in link.bytes.enumerated() {
        data.add([
          time.value((Double(bin) + 0.5) * course.binSeconds), .text(link.name),
          .number((bytes / course.binSeconds / 1e4).rounded() / 100),
        ])
      }
    }
    let peak = first.bytes.max() ?? 0
    return Chart(
      id: "traffic", title: "Data sent over time",
      summary: "Most goes \(first.name): \(Figure.text(first.sum, .bytes)); the busiest "
        + "\(Figure.span(course.binSeconds)) has \(Figure.text(peak / course.binSeconds, .bytes))/s on average, with each "
        + "attempt's data spread over all its time, waits included: while it copies, a link carries more.",
      note:
        "Each attempt's data, spread evenly over its time; of one replication on average. How fast a copy ran does not "
        + "show here where it then waited, for a window, say."
        + (links.count > shown.count ? " The \(shown.count) busiest of \(links.count) links." : ""),
      spec: [
        "height": 220,
        "mark": ["type": "area", "interpolate": "step", "opacity": 0.8],
        "encoding": [
          "x": time.axis,
          "y": ["field": "rate_MBps", "type": "quantitative", "title": "MB/s", "stack": "zero"],
          "color": [
            "field": "link", "type": "nominal", "title": "link", "scale": ["scheme": "tableau10"],
            "legend": shown.count == 1 ? .null : [:],
          ],
          "tooltip": [
            ["field": "link"], ["field": "time", "title": .text(time.word), "format": ",.2f"],
            ["field": "rate_MBps", "title": "MB/s", "format": ",.1f"],
          ],
        ],
      ], data: data)
  }
}
