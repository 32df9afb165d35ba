/// Colours that people with colour blindness tell apart (Okabe and Ito, 2008), each strategy always in the same one.
enum ChartColour {
  private static let known: [(name: String, colour: String)] = [
    ("live", "#0072b2"), ("warm", "#d55e00"), ("reboot", "#e69f00"), ("cold", "#009e73"),
  ]
  private static let others = ["#cc79a7", "#56b4e9", "#b0a000", "#7a7a7a"]

  static func scale(strategies: [String]) -> PlotValue {
    var spare = others.makeIterator()
    let colours = strategies.map { name in
      known.first { $0.name == name }?.colour ?? spare.next() ?? "#7a7a7a"
    }
    return ["domain": .list(strategies.map { .text($0) }), "range": .list(colours.map { .text($0) })]
  }

  static func encoding(strategies: [String]) -> PlotValue {
    ["field": "strategy", "type": "nominal", "title": "strategy", "scale": scale(strategies: strategies)]
  }
}
