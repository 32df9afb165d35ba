/// One event of a trace, as Perfetto and Chrome read it.
///
/// "Trace Event Format", Google: `X` is a slice with a duration, `C` a counter, `i` an instant, `M` a name. Times are in
/// microseconds.
struct TraceEvent: Encodable, Hashable {
  enum Phase: String, Encodable {
    case slice = "X"
    case counter = "C"
    case instant = "i"
    case metadata = "M"
  }

  var name: String
  var phase: Phase
  /// A host: its number and one, for 0 is the fleet.
  var process: Int
  /// A slot of the host.
  var thread = 0
  var at = 0.0
  var duration: Double?
  var category: String?
  var arguments: [String: TraceArgument] = [:]

  enum CodingKeys: String, CodingKey {
    case name
    case phase = "ph"
    case process = "pid"
    case thread = "tid"
    case at = "ts"
    case duration = "dur"
    case category = "cat"
    case arguments = "args"
    case scope = "s"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(phase, forKey: .phase)
    try container.encode(process, forKey: .process)
    try container.encode(thread, forKey: .thread)
    if phase != .metadata { try container.encode(at, forKey: .at) }
    try container.encodeIfPresent(duration, forKey: .duration)
    try container.encodeIfPresent(category, forKey: .category)
    if phase == .instant { try container.encode("p", forKey: .scope) }
    if !arguments.isEmpty { try container.encode(arguments, forKey: .arguments) }
  }
}

enum TraceArgument: Encodable, Hashable {
  case text(String)
  case number(Double)

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    }
  }
}
