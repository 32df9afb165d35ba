/// What the plots have in common.
enum PlotStyle {
  static func plot(title: String, subtitle: String, _ members: [String: PlotValue]) -> PlotValue {
    var all = members
    all["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json"
    all["title"] = [
      "text": .text(title), "subtitle": .text(subtitle), "anchor": "start", "fontSize": 15,
      "subtitleColor": "#546e7a", "subtitleFontSize": 12, "offset": 12,
    ]
    all["background"] = "white"
    all["padding"] = 14
    all["config"] = [
      "font": "DejaVu Sans, sans-serif",
      "axis": [
        "labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#eceff1",
      ],
      "legend": ["labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal"],
      "view": ["stroke": "#b0bec5"],
    ]
    return .object(all)
  }

  /// Colours that people with colour-blindness tell apart (Okabe and Ito, 2008), the same kind always in the same one.
  private static let colours: [(kind: String, colour: String)] = [
    ("live-ram", "#0072b2"), ("live-disk", "#cc79a7"), ("warm", "#d55e00"), ("cold", "#009e73"),
    ("reboot", "#e69f00"),
  ]

  static func colour(_ kinds: [String]) -> PlotValue {
    let known = colours.filter { kinds.contains($0.kind) }
    return [
      "field": "kind", "type": "nominal", "title": "kind",
      "scale": [
        "domain": .list(known.map { .text($0.kind) }), "range": .list(known.map { .text($0.colour) }),
      ],
    ]
  }
}
