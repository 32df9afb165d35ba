/// A key that may be left out, and what it then is.
struct DefaultValue: Sendable, Equatable {
  /// Where the key is: `fleet.hosts.*.nic`. `*` is any item of a list or any name of a mapping.
  let path: String
  let standard: String
  let doc: String
}

extension Shape {
  /// Every default in the grammar by its path, in the order of the grammar.
  ///
  /// A key that is simply not there when left out, such as a parameter of a distribution, is not listed. Where a form
  /// contains itself, it is listed once; so is one that may stand alone or in a list.
  var defaults: [DefaultValue] {
    var walk = DefaultsWalk()
    walk.visit(description, path: "")
    return walk.found
  }
}

private struct DefaultsWalk {
  private(set) var found: [DefaultValue] = []
  private var open: [String] = []

  mutating func visit(_ description: ShapeDescription, path: String) {
    switch description {
    case .anything, .text, .boolean, .integer, .number, .fraction, .keyword: break
    case .list(let element, _, _, _): visit(element, path: joined(path, "*"))
    case .map(_, let values, _): visit(values, path: joined(path, "*"))
    case .either(let forms):
      let names = forms.map(\.typeName)
      for form in forms {
        if case .list(let element, _, _, _) = form, names.contains(element.typeName) { continue }
        visit(form, path: path)
      }
    case .tagged(let tags):
      for tag in tags { if let details = tag.details { visit(details, path: joined(path, tag.name)) } }
    case .object(let fields):
      for field in fields {
        let inner = joined(path, field.name)
        if !field.isRequired, let standard = field.standardText {
          found.append(DefaultValue(path: inner, standard: standard, doc: field.doc))
        }
        visit(field.shape, path: inner)
      }
    case .named(let name, _, let inner):
      guard !open.contains(name) else { return }
      open.append(name)
      visit(inner(), path: path)
      open.removeLast()
    }
  }

  private func joined(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
}

extension FieldDescription {
  /// The default in words, or as one would write it.
  var standardText: String? { standardWords ?? standard?.plainText }
}
