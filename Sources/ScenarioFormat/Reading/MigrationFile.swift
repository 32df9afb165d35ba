public import MigrationPhysics

/// One migration, from a file, from settings by key, or from both.
///
///     kind: live-ram
///     memory: 8 GiB
///     workload: 3 GiB
///     dirty-rate: 60 MiB/s
///     working-set: 1 GiB
///     link: 1 Gbit/s
public struct MigrationFile: Sendable {
  /// A setting that replaces what the file says.
  public struct Setting: Sendable {
    public let key: String
    public let text: String

    public init(_ key: String, _ text: String) {
      self.key = key
      self.text = text
    }
  }

  /// Nil if anything was wrong.
  public private(set) var migration: MigrationCase?
  private var diagnostics = Diagnostics()
  private var sources: [SourceText] = []

  /// - Parameters:
  ///   - path: the file; `nil`: the settings say it all.
  ///   - settings: later ones win.
  public init(path: String?, settings: [Setting] = []) {
    var source: SourceText? = SourceText("{}", file: "defaults")
    if let path { source = SourceText.read(path: path, into: &diagnostics) }
    if let source { read(source, settings) }
  }

  public init(text: String, name: String, settings: [Setting] = []) {
    read(SourceText(text, file: name), settings)
  }

  private mutating func read(_ source: SourceText, _ settings: [Setting]) {
    sources = [source]
    guard let document = LocatedNode.compose(source, into: &diagnostics) else { return }
    var overrides: [Override] = []
    for setting in settings {
      let text = SourceText(setting.text, file: "--" + setting.key)
      sources.append(text)
      guard let value = LocatedNode.compose(text, into: &diagnostics) else { continue }
      overrides.append(Override(path: setting.key, origin: value.origin, value: value))
    }
    let whole = document.applying(overrides, into: &diagnostics)
    var context = ReadingContext()
    let found = MigrationTables.migration.read(whole, &context)
    diagnostics.add(contentsOf: context.diagnostics)
    guard let found, !diagnostics.hasErrors else { return }
    do {
      try found.validate()
    } catch {
      diagnostics.add(.outOfRange, at: whole.origin, error.description, remedy: "change \(error.field)")
      return
    }
    do {
      try found.validateIsWhole()
      migration = found
    } catch {
      diagnostics.add(.missingKey, at: whole.origin, error.description, remedy: "say \(error.field)")
    }
  }

  public var hasErrors: Bool { diagnostics.hasErrors }
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }
  /// For a person: each with its line and a remedy.
  public var problems: String { diagnostics.isEmpty ? "" : diagnostics.text(sources: sources) }

  /// The keys, with what each means and what it is if it is left out.
  public static var keys: [(key: String, standard: String, doc: String)] {
    MigrationTables.migration.defaults.map { ($0.path, $0.standard, $0.doc) }
  }
}
