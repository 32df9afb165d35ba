/// oVirt's migration policies: the JSON of `MigrationPolicies`, one policy or a list of them.
///
/// Form: `packaging/dbscripts/upgrade/pre_upgrade/0000_config.sql` of ovirt-engine.
struct OVirtImport {
  private var fragment: PolicyFragment
  private var diagnostics = Diagnostics()
  private let steering = "strategies/live/steering/ovirt"

  private init(_ name: String) {
    fragment = PolicyFragment(title: "From oVirt's policy '\(printable(name))'.")
  }

  static func read(
    _ document: LocatedNode, policy wanted: String?, into diagnostics: inout Diagnostics
  ) -> PolicyFragment? {
    guard let node = pick(document, wanted, into: &diagnostics) else { return nil }
    var reading = OVirtImport(name(of: node) ?? "unnamed")
    reading.limits(node)
    reading.schedule(node)
    reading.others(node)
    diagnostics.add(contentsOf: reading.diagnostics)
    return reading.diagnostics.hasErrors ? nil : reading.fragment
  }

  private static func name(of node: LocatedNode) -> String? {
    if let name = node["name"], case .scalar(let text, _) = name.content { text } else { nil }
  }

  private static func pick(
    _ document: LocatedNode, _ wanted: String?, into diagnostics: inout Diagnostics
  ) -> LocatedNode? {
    let policies = document.elements ?? [document]
    let names = policies.compactMap(name(of:)).map { "'\(printable($0))'" }.joined(separator: ", ")
    if let wanted {
      if let found = policies.first(where: { name(of: $0) == wanted }) { return found }
      diagnostics.add(
        .unknownName, at: document.origin, "there is no policy '\(printable(wanted))' in the file",
        remedy: names.isEmpty ? "none of them has a name" : "it has \(names)")
      return nil
    }
    if policies.count == 1 { return policies[0] }
    diagnostics.add(
      .ruleBroken, at: document.origin,
      "the file holds \(policies.count) policies, and only one can be taken",
      remedy: "choose by --policy: \(names)")
    return nil
  }

  private mutating func setting(_ key: String, _ node: LocatedNode) -> ForeignSetting? {
    guard let entry = node.entries?.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return ForeignSetting(entry, into: &diagnostics)
  }

  private mutating func limits(_ node: LocatedNode) {
    if let most = setting("maxMigrations", node), let count = most.integer(in: 1...1_000, into: &diagnostics)
    {
      fragment.set(
        "limits/host-out", to: "\(count)", from: most, "each has the host's bandwidth divided by it")
    } else {
      fragment.assume("limits/host-out", "2", because: "VDSM's default of max_outgoing_migrations")
    }
    fragment.assume("limits/host-in", "2", because: "VDSM's default of max_incoming_migrations")
  }

  // MARK: - The schedule

  private mutating func schedule(_ node: LocatedNode) {
    guard let config = node["config"], config.entries != nil else {
      diagnostics.add(
        .missingKey, at: node.origin, "the policy has no 'config'",
        remedy: "initialItems, convergenceItems and lastItems")
      return
    }
    if let first = config["initialItems"]?.elements?.first {
      if let (what, setting) = action(of: first) {
        fragment.set("\(steering)/initial-downtime", to: what.downtime ?? "", from: setting)
        if what.downtime == nil {
          diagnostics.add(.ruleBroken, at: first.origin, "an initial item can only set a downtime")
        }
      }
    } else {
      fragment.assume(
        "\(steering)/initial-downtime", "500 ms", because: "VDSM's default of migration_downtime")
    }
    let items = config["convergenceItems"]?.elements ?? []
    if items.isEmpty { fragment.assume("\(steering)/items", "[]", because: "no convergenceItems") }
    for node in items { item(node) }
    last(config)
  }

  private mutating func item(_ node: LocatedNode) {
    guard let limit = setting("stallingLimit", node), let inner = node["convergenceItem"] else {
      diagnostics.add(
        .missingKey, at: node.origin,
        "an item of convergenceItems lacks its stallingLimit or its convergenceItem")
      return
    }
    guard let count = limit.integer(in: -1...100_000, into: &diagnostics), let (what, _) = action(of: inner)
    else { return }
    fragment.set(
      "\(steering)/items/-", to: "{ above: \(count), do: \(what.text) }", from: limit, "it counts rounds")
  }

  private mutating func last(_ config: LocatedNode) {
    for node in config["lastItems"]?.elements ?? [] {
      guard let (what, setting) = action(of: node) else { continue }
      fragment.set("\(steering)/last/-", to: what.text, from: setting, "at the next round")
    }
  }

  private struct Action {
    var text: String
    var downtime: String?
  }

  private mutating func action(of node: LocatedNode) -> (Action, ForeignSetting)? {
    guard let name = setting("action", node) else {
      diagnostics.add(
        .missingKey, at: node.origin, "an item has no 'action'", remedy: "setDowntime, postcopy or abort")
      return nil
    }
    guard let word = name.choice(of: ["setDowntime", "postcopy", "abort"], into: &diagnostics) else {
      return nil
    }
    switch word {
    case "abort": return (Action(text: "abort"), name)
    case "postcopy": return (Action(text: "post-copy"), name)
    default:
      guard let first = node["params"]?.elements?.first, case .scalar(let text, _) = first.content else {
        diagnostics.add(
          .missingKey, at: node.origin, "setDowntime has no 'params'", remedy: "one, in milliseconds")
        return nil
      }
      let time = ForeignSetting("setDowntime", text, at: first.origin)
      guard let count = time.integer(in: 1...2_000_000, into: &diagnostics) else { return nil }
      return (Action(text: "{ downtime: \(count) ms }", downtime: "\(count) ms"), time)
    }
  }

  // MARK: - The rest

  private mutating func others(_ node: LocatedNode) {
    if let slow = setting("autoConvergence", node), let value = slow.boolean(into: &diagnostics) {
      fragment.set("\(steering)/auto-converge", to: "\(value)", from: slow)
    } else {
      fragment.assume("\(steering)/auto-converge", "false", because: "autoConvergence is not set")
    }
    let reasons = [
      "migrationCompression": "compression is not simulated in scenarios",
      "zeroCopy": "part of mechanics.stream-rate", "encryptionEnabled": "part of mechanics.stream-rate",
      "parallelMigrations": "part of mechanics.stream-rate",
      "enableGuestEvents": "guests are not told of live migrations",
    ]
    for entry in node.entries ?? [] {
      guard let reason = reasons[entry.key], case .scalar(let text, _) = entry.value.content, text != "false"
      else { continue }
      fragment.leaveOut(ForeignSetting(entry.key, text, at: entry.value.origin), because: reason)
    }
  }
}
