public import MigrationPhysics
internal import Quantities

/// One migration, from a file, from settings by key, or from both.
///
///     kind: live-ram
///     memory: 8 GiB
///     workload: 3 GiB
///     dirty-rate: 60 MiB/s
///     working-set: 1 GiB
///     link: 1 Gbit/s
public struct MigrationFile: CheckedFile, Sendable {
  /// A setting that replaces what the file says.
  public struct Setting: Sendable {
    public let key: String
    public let text: String
    /// Where it was said, for messages: `--link`, `--set link`.
    public let place: String

    /// - Parameters:
    ///   - key: a path, as variants write it; of a migration, its key.
    ///   - text: the value, in YAML.
    ///   - place: `nil`: the option of the same name.
    public init(_ key: String, _ text: String, place: String? = nil) {
      self.key = key
      self.text = text
      self.place = place ?? "--" + key
    }
  }

  /// Nil if anything was wrong.
  public private(set) var migration: MigrationCase?
  public private(set) var findings: FileFindings
  private var given: Set<String> = []

  /// Whether the file or a setting says what a key is.
  public func isGiven(_ key: String) -> Bool { given.contains(key) }

  /// - Parameters:
  ///   - path: the file; `nil`: the settings say it all.
  ///   - settings: later ones win.
  public init(path: String?, settings: [Setting] = []) {
    findings = path.map { FileFindings(path: $0) } ?? FileFindings(text: "{}", name: "defaults")
    read(settings)
  }

  public init(text: String, name: String, settings: [Setting] = []) {
    findings = FileFindings(text: text, name: name)
    read(settings)
  }

  private mutating func read(_ settings: [Setting]) {
    guard let document = findings.document(start: "name the VM's memory, such as 'memory: 8 GiB'") else {
      return
    }
    given = Set(settings.map(\.key) + MigrationFile.keys.map(\.key).filter { document[$0] != nil })
    var overrides: [Override] = []
    for setting in settings {
      let text = SourceText(setting.text, file: setting.place)
      findings.quote(text)
      guard let value = LocatedNode.compose(text, into: &findings.diagnostics) else { continue }
      overrides.append(Override(path: setting.key, origin: value.origin, value: value))
    }
    let whole = document.applying(overrides, into: &findings.diagnostics)
    var context = ReadingContext()
    let found = MigrationTables.migration.read(whole, &context)
    findings.diagnostics.add(contentsOf: context.diagnostics)
    guard let found, !hasErrors else { return }
    do {
      try found.validate()
    } catch {
      let keys = MigrationFile.keysOfFields[error.field] ?? [error.field]
      findings.diagnostics.add(
        .outOfRange, at: MigrationFile.origin(of: keys, overrides, document), error.description,
        remedy: "change \(keys.joined(separator: " or "))")
      return
    }
    let (workload, set) = (found.memory.workload, found.memory.writes.workingSet)
    if given.contains("workload"), set > max(workload, found.memory.used ?? .zero) {
      let keys = ["working-set", "workload"]
      findings.diagnostics.add(
        .outOfRange, at: MigrationFile.origin(of: keys, overrides, document),
        "the working set does not fit into the workload: \(set) into \(workload)",
        remedy: "change \(keys.joined(separator: " or "))")
      return
    }
    do {
      try found.validateIsWhole()
      migration = found
    } catch {
      let written = ["working-set": "dirty-rate", "disk-working-set": "disk-writes", "allocated": "disk"]
      let keys = [written[error.field], "kind"].compactMap { $0 }
      findings.diagnostics.add(
        .missingKey, at: MigrationFile.origin(of: keys, overrides, document), error.description,
        remedy: "say \(error.field)")
    }
  }

  /// Where the first of some keys that anybody wrote was written: an option goes before the file.
  private static func origin(of keys: [String], _ overrides: [Override], _ document: LocatedNode) -> Origin {
    for key in keys {
      if let given = overrides.last(where: { $0.path == key }) { return given.origin }
      if let written = document[key] { return written.origin }
    }
    return document.origin
  }

  /// What users call the fields of a case, and the other value that one has to fit.
  private static let keysOfFields = [
    "memory.configured": ["memory"], "memory.workload": ["workload", "memory"],
    "memory.used": ["used", "memory"],
    "memory.writes.pagesPerSecond": ["dirty-rate"], "memory.writes.workingSet": ["working-set", "memory"],
    "memory.writes.pattern": ["pattern"], "transport.link": ["link"],
    "transport.maxBandwidth": ["max-bandwidth"], "transport.downtimeLimit": ["downtime-limit"],
    "transport.timeout": ["timeout"], "transport.compressionRatio": ["compression"],
    "disk.allocated": ["allocated"], "disk.virtual": ["disk", "allocated"],
    "disk.granularity": ["granularity"], "disk.writes.size": ["disk-write-size"],
    "disk.writes.rate": ["disk-writes"], "disk.writes.workingSet": ["disk-working-set", "disk"],
    "disk.jobLimit": ["job-limit"], "disk.passes": ["passes"],
  ]

  /// The keys, with what each means and what it is if it is left out.
  public static var keys: [(key: String, standard: String, doc: String)] {
    MigrationTables.migration.defaults.map { ($0.path, $0.standard, $0.doc) }
  }
}
