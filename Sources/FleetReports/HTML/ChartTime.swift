/// The unit in which a chart's axis of time is read.
struct ChartTime {
  let word: String
  let seconds: Double

  /// The one in which a length of time is a number that people can picture.
  init(fitting length: Double) {
    switch length {
    case ..<300: (word, seconds) = ("seconds", 1)
    case ..<14_400: (word, seconds) = ("minutes", 60)
    case ..<345_600: (word, seconds) = ("hours", 3600)
    default: (word, seconds) = ("days", 86_400)
    }
  }

  func value(_ time: Double) -> PlotValue { .number((time / seconds * 1e4).rounded() / 1e4) }

  /// The axis of a chart, in the field `time`.
  var axis: PlotValue {
    [
      "field": "time", "type": "quantitative", "title": .text("\(word) since the start"),
      "scale": ["nice": false],
    ]
  }
}
