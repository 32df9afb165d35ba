internal import MigrationPolicy
internal import Quantities

/// Times of the week at which guests may be stopped.
enum WindowTables {
  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// `mon-fri 22:00-06:00`, one range for each day; `daily` for all of them. Whatever ends before it begins ends on the
  /// next day.
  static let weekly = Shape<String>.text(
    called: "days and hours, such as mon-fri 22:00-06:00",
    pattern: #"^(daily|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?) "#
      + #"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"#,
    examples: ["mon-fri 22:00-06:00"]
  ).mapped { try ranges($0) }

  private static func ranges(_ text: String) throws -> [WeeklyRange] {
    let words = text.split(separator: " ").map(String.init)
    let hours = words[1].split(separator: "-").map { time($0) }
    guard hours[0] != hours[1] else {
      throw Complaint("a window from \(words[1]) is empty", hint: "00:00-24:00 is a whole day")
    }
    let names = words[0].split(separator: "-").map(String.init)
    let first = names[0] == "daily" ? 0 : days.firstIndex(of: names[0]) ?? 0
    let last = names[0] == "daily" ? 6 : days.firstIndex(of: names[names.count - 1]) ?? 0
    let count = (last - first + 7) % 7 + 1
    return (0..<count).map { offset in
      var range = WeeklyRange()
      range.from = .days(Int64((first + offset) % 7)) + hours[0]
      range.length = hours[1] > hours[0] ? hours[1] - hours[0] : .days(1) - hours[0] + hours[1]
      return range
    }
  }

  private static func time(_ text: Substring) -> Duration {
    let parts = text.split(separator: ":").map { Int64($0) ?? 0 }
    return .minutes(parts[0] * 60 + parts[1])
  }

  private static let offset = Shape<Duration>.quantity(
    named: "a difference of clocks", example: "-5 h",
    parse: { text in
      let isBehind = text.hasPrefix("-")
      let time = try Duration(parsing: isBehind ? String(text.dropFirst()) : text)
      return isBehind ? .zero - time : time
    }, format: { $0 < .zero ? "-" + (.zero - $0).description : $0.description }
  ).checked { offset in
    if offset > .hours(14) || offset < .zero - .hours(12) {
      throw Complaint("no clock differs from UTC by \(offset)", hint: "from -12 h to 14 h")
    }
  }

  static let blackout = Shape.object(
    "blackout", doc: "Dates on which no guest is stopped.", initial: DateRange()
  ) {
    Field("from", \.from, .duration, .required, doc: "Since the simulation began.")
    Field("until", \.until, .positiveDuration, .required, doc: "Since the simulation began.")
  }.checked { range in
    if range.until <= range.from {
      throw Complaint("it ends before it begins", hint: "'until' must come after 'from'", at: "until")
    }
  }

  static let window = Shape.object(
    "window", doc: "Times of the week at which guests may be stopped.", initial: MaintenanceWindow()
  ) {
    Field("name", \.name, .identifier, .required, doc: "What chains call it.")
    Field(
      "weekly", \.weekly,
      Shape<[[WeeklyRange]]>.oneOrMany(of: weekly, items: "days and hours").mapped { $0.flatMap { $0 } },
      .required, doc: "Days and hours; the simulation begins on a Monday at midnight UTC.")
    Field("utc-offset", \.utcOffset, offset, doc: "How much later than UTC its clocks are.")
    Field(
      "blackouts", \.blackouts, .oneOrMany(of: blackout, items: "dates"),
      doc: "Dates on which it stays closed.",
      standard: "none")
    Field(
      "vms", \.groups, .oneOrMany(of: .identifier, items: "groups"),
      doc: "The groups of VMs that it is the window of.",
      standard: "none")
    Field("keep-free", \.leaves, .duration, doc: "No guest is stopped with less than this left of it.")
  }.checked { window in
    if window.weekly.allSatisfy({ $0.length <= window.leaves }) {
      throw Complaint(
        "the window never opens: no part of it is longer than \(window.leaves)",
        hint: "longer hours, or a shorter keep-free", at: "weekly")
    }
  }
}
