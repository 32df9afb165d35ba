internal import FleetModel
public import FleetSimulation
internal import Quantities

/// A scenario file, read and checked as a whole.
public struct ScenarioFile: Sendable {
  /// The scenario as it stands, and then its variants in the order of the file. Empty if anything was wrong.
  public private(set) var scenarios: [Scenario] = []
  /// What was put in the place of the document's values, in that order.
  public private(set) var settings: [Setting] = []
  private(set) var diagnostics = Diagnostics()
  private var sources: [SourceText] = []
  private var trial: Resolution.Trial?

  /// Reads a file. All mistakes and warnings are gathered; see `problems`.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - settings: values to be put in places of the document, whatever it says there; a variant has the last word.
  ///   - plugIns: strategies, rules and scores besides those that ship, which the scenario may name.
  public init(path: String, settings: [Setting] = [], plugIns: PlugIns = PlugIns()) {
    self.settings = settings
    guard let source = SourceText.read(path: path, into: &diagnostics) else { return }
    read(source, settings, plugIns)
  }

  /// Reads a text that came from elsewhere.
  public init(
    text: String, name: String, settings: [Setting] = [], plugIns: PlugIns = PlugIns()
  ) {
    self.settings = settings
    read(SourceText(text, file: name), settings, plugIns)
  }

  /// Reads one version of a text: a variant of it, or the scenario as it stands, with settings.
  ///
  /// - Parameters:
  ///   - text: the scenario.
  ///   - name: what messages call it.
  ///   - variant: `nil`, as it stands.
  ///   - settings: values to be put in places of the document; a variant has the last word.
  ///   - point: more settings, on top of all.
  ///   - option: what gave `point`, for messages, such as `--over`.
  ///   - earlier: another version; a fleet that is just like its is not tried out again.
  ///   - plugIns: strategies, rules and scores besides those that ship.
  public init(
    text: String, name: String, variant: String?, settings: [Setting], point: [Setting], option: String,
    after earlier: ScenarioFile? = nil, plugIns: PlugIns = PlugIns()
  ) {
    let source = SourceText(text, file: name)
    sources = [source]
    trial = earlier?.trial
    guard let written = LocatedNode.compose(source, into: &diagnostics) else { return }
    var document = written.applying(overrides(settings), into: &diagnostics)
    if let variant {
      var context = ReadingContext(plugIns: plugIns)
      let base = ScenarioTable.scenario.read(document, &context)
      guard let form = base?.variants.lazy.map({ VariantForm($0) }).first(where: { $0.name.value == variant })
      else {
        let known = (base?.variants.map(\.key.value) ?? []).joined(separator: ", ")
        diagnostics.add(
          .unknownName, at: document.origin, "there is no variant \(quoted(variant))",
          remedy: known.isEmpty ? "leave the variant out" : "one of \(known)")
        return
      }
      document = document.applying(form.overrides, into: &diagnostics)
    }
    document = document.applying(overrides(point, option: option), into: &diagnostics)
    guard !diagnostics.hasErrors else { return }
    var found: [ScenarioVersion] = []
    _ = read(document, variant, plugIns, &found, &trial, &diagnostics)
    scenarios = diagnostics.hasErrors ? [] : found.map(\.scenario)
  }

  /// The text that was read; `nil` if none could be.
  public var text: String? { sources.first?.text }

  /// A path as variants use them, and what to put there.
  public typealias Setting = MigrationFile.Setting

  private mutating func read(
    _ source: SourceText, _ settings: [Setting], _ plugIns: PlugIns
  ) {
    sources = [source]
    guard let written = LocatedNode.compose(source, into: &diagnostics) else { return }
    let overrides = overrides(settings)
    let document = written.applying(overrides, into: &diagnostics)
    var found: [ScenarioVersion] = []
    guard let base = read(document, nil, plugIns, &found, &trial, &diagnostics) else { return }
    warn(of: overrides, hiddenBy: base.variants.map { VariantForm($0) })
    for variant in base.variants {
      let form = VariantForm(variant)
      var itsOwn = Diagnostics()
      let changed = document.applying(form.overrides, into: &itsOwn)
      _ = read(changed, form.name.value, plugIns, &found, &trial, &itsOwn)
      // Whatever was wrong in the base has been said; only what the variant brings in is new.
      diagnostics.add(contentsOf: itsOwn, changedBy: form.blamed)
    }
    if !diagnostics.hasErrors { ScenarioVersion.check(found, into: &diagnostics) }
    scenarios = diagnostics.hasErrors ? [] : found.map(\.scenario)
  }

  /// A setting that variants set too is theirs to say: whoever gave it should know.
  private mutating func warn(of settings: [Override], hiddenBy variants: [VariantForm]) {
    for setting in settings {
      let names = variants.filter { $0.overrides.contains { $0.path == setting.path } }.map(\.name.value)
      guard !names.isEmpty else { continue }
      diagnostics.warn(
        .settingHidden, at: setting.origin,
        "\(listed(names)) set\(names.count == 1 ? "s" : "") \(quoted(setting.path)) too, and a variant has the last word",
        remedy: "this holds for the scenario as it stands, and for the other variants")
    }
  }

  private mutating func overrides(_ settings: [Setting], option: String = "--set") -> [Override] {
    settings.compactMap { setting in
      let text = SourceText(setting.text, file: option + " " + setting.key)
      sources.append(text)
      guard let value = LocatedNode.compose(text, into: &diagnostics) else { return nil }
      return Override(path: setting.key, origin: value.origin, value: value)
    }
  }

  /// Reads one version of the document. The form is `nil` if it has mistakes of its own.
  private func read(
    _ document: LocatedNode, _ variant: String?, _ plugIns: PlugIns,
    _ found: inout [ScenarioVersion], _ trial: inout Resolution.Trial?, _ diagnostics: inout Diagnostics
  ) -> ScenarioForm? {
    var context = ReadingContext(plugIns: plugIns)
    let form = ScenarioTable.scenario.read(document, &context)
    context.check { Resolution.names(of: $0, in: document, plugIns) }
    diagnostics.add(contentsOf: context.diagnostics)
    guard let form else { return nil }
    if !context.diagnostics.hasErrors {
      var resolution = Resolution(form, plugIns)
      if var scenario = resolution.scenario(after: trial) {
        trial = trial ?? resolution.trial
        scenario.variant = variant
        if let names = resolution.trial?.names {
          found.append(ScenarioVersion(scenario: scenario, form: form, names: names))
        }
      }
      diagnostics.add(contentsOf: resolution.diagnostics)
    }
    return form
  }

  // MARK: - Problems

  public var hasErrors: Bool { diagnostics.hasErrors }
  public var hasProblems: Bool { !diagnostics.isSound }
  /// The file could not be opened at all.
  public var isMissing: Bool { diagnostics.sorted.contains { $0.code == .unreadable } }

  /// For a person: each with its line and a remedy, and where nothing is wrong what there is to notice.
  public var problems: String { diagnostics.text(sources: sources) }
  /// For other programs: one document about all the files.
  public static func problemsAsJSON(of files: [ScenarioFile]) -> String {
    var all = Diagnostics()
    for file in files { all.add(contentsOf: file.diagnostics) }
    return all.json
  }
  /// For GitHub, which shows them beside the lines.
  public var problemsAsAnnotations: String { diagnostics.gitHubAnnotations }

  /// The scenario of a name among `scenarios`; the base for `nil`.
  public func scenario(variant: String?) -> Scenario? { scenarios.first { $0.variant == variant } }

  /// What stands for the scenario as it is where a variant is asked for; no variant is called that.
  public static var baseName: String { ScenarioTable.baseName }

  /// The names of the variants, in the order of the file.
  public var variants: [String] { scenarios.compactMap(\.variant) }
}

/// What the grammar says of itself.
public enum ScenarioGrammar {
  /// JSON Schema, draft-07, for editors.
  public static var jsonSchema: String {
    ScenarioTable.scenario.jsonSchema(
      id: "https://fleetshift.invalid/schema/scenario.json", title: "fleetshift scenario")
  }

  /// Each key that may be left out, with what it then is: path, default, meaning.
  public static var defaults: [(path: String, value: String, doc: String)] {
    ScenarioTable.scenario.defaults.map { ($0.path, $0.standard, $0.doc) }
  }

  /// A reference page in Markdown.
  public static var reference: String {
    ScenarioTable.scenario.markdownReference(title: "Scenario reference") + shippedNames
  }

  /// What may be named without being described.
  private static var shippedNames: String {
    var text = "\n## Flavors that ship\n\n| flavor | vCPUs | memory | disk |\n| --- | --: | --: | --: |\n"
    for flavor in FlavorCatalog.all {
      text += "| `\(flavor.name)` | \(flavor.vcpus) | \(flavor.memory) | \(flavor.disk) |\n"
    }
    text += "\n## CPUs that ship\n\nFamilies, and products that stand for one: "
    return text + CPUCatalog.names.map { "`\($0)`" }.joined(separator: ", ") + ".\n"
  }
}
