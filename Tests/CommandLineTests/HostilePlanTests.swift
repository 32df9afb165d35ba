import Foundation
import TestTools
import Testing

/// Plans in which one thing is not what `cutover plan` has written.
@Suite struct HostilePlanTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Where something stands in JSON, and what: keys and places from the outermost inwards.
  private typealias Path = [PathPart]
  private enum PathPart {
    case key(String)
    case place(Int)
  }

  private static func paths(_ value: Any, _ here: Path = []) -> [(path: Path, value: Any)] {
    var found: [(path: Path, value: Any)] = [(here, value)]
    if let object = value as? [String: Any] {
      for key in object.keys.sorted() { found += paths(object[key] ?? NSNull(), here + [.key(key)]) }
    } else if let list = value as? [Any] {
      for (place, item) in list.enumerated() { found += paths(item, here + [.place(place)]) }
    }
    return found
  }

  /// The value with something else at a place; `nil`: with nothing there.
  private static func replacing(_ value: Any, at path: ArraySlice<PathPart>, by other: Any?) -> Any? {
    guard let first = path.first else { return other }
    switch first {
    case .key(let key):
      guard var object = value as? [String: Any] else { return value }
      object[key] = replacing(object[key] ?? NSNull(), at: path.dropFirst(), by: other)
      return object
    case .place(let place):
      guard var list = value as? [Any] else { return value }
      if let item = replacing(list[place], at: path.dropFirst(), by: other) {
        list[place] = item
      } else {
        list.remove(at: place)
      }
      return list
    }
  }

  private static let values: [(any Sendable)?] = [
    nil, NSNull(), -1, 0, Int64.max, Int64.min, UInt64.max, 1e308, -1e308, 1e-308, 1e19, 0.5, "", "x", "/",
    "\u{0}",
    String(repeating: "a", count: 5000), [Int](), [String: Int](), true,
  ]

  /// What to put where something else was: every other time of the same kind, so that it is read.
  private static func value(instead old: Any, _ number: Int, _ seed: Int) -> Any? {
    let pool =
      seed % 2 == 1
      ? values : values.filter { old is String ? $0 is String : old is NSNumber ? $0 is any Numeric : true }
    return pool[(number * 7 + seed * 11) % pool.count]
  }

  @Test(
    "whatever a plan says in any one place, it is refused with words or carried out, and the source is left alone",
    arguments: 0..<4)
  func mutations(seed: Int) async throws {
    let content = Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try content.write(to: URL(fileURLWithPath: bench("one.raw")))
    let planned = try await Program.run(
      "cutover", "plan", "one.raw", "two.raw", "-o", "plan.json", "--on-pause", "true", "--on-start", "true",
      in: bench.path)
    try #require(planned.status == 0, "\(planned)")
    let file = URL(fileURLWithPath: bench("plan.json"))
    let plan = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let paths = Self.paths(plan).dropFirst()
    try #require(paths.count > 60, "\(paths.count)")
    var refused = 0
    for (number, (path, old)) in paths.enumerated() {
      let value = Self.value(instead: old, number, seed)
      let changed = try #require(Self.replacing(plan, at: path[...], by: value))
      // In place: what others may write to is refused for that.
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: JSONSerialization.data(withJSONObject: changed))
      try handle.close()
      for name in try bench.contents where !["one.raw", "plan.json"].contains(name) {
        try FileManager.default.removeItem(atPath: bench(name))
      }
      let result = try await Program.run("cutover", "apply", "plan.json", in: bench.path, seconds: 60)
      let what = "\(path) = \(value.map { "\($0)".prefix(40) } ?? "nothing"): \(result)"
      #expect([0, 64, 65, 66, 74, 75].contains(result.status), "\(what)")
      #expect(result.status == 0 || result.errors.contains("fleetshift: "), "\(what)")
      #expect(!result.errors.contains("atal error"), "\(what)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: bench("one.raw"))) == content, "\(what)")
      refused += result.status == 0 ? 0 : 1
    }
    // Else nothing was read of it.
    #expect(refused > paths.count / 2, "\(refused) of \(paths.count)")
  }
}
