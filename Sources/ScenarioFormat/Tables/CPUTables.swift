internal import CutoverCore
internal import FleetModel

// CPUs: levels, and what kernels and microcodes do to what they show.

enum CPUTables {
  static let level = Shape<CPULevel>.keyword(
    CPULevel.names.compactMap { name in CPULevel(named: name).map { Keyword(name, $0) } })

  static let microcode = Shape<Int>.integer(in: 20_000_101...29_991_231).checked { date in
    let (month, day) = (date / 100 % 100, date % 100)
    guard (1...12).contains(month), (1...31).contains(day) else {
      throw Complaint(
        "\(date) is not a date", hint: "year, month and day of the package, such as 20191115")
    }
  }

  private static let feature = Shape<String>.keyword(CPUFeatureTable.names.map { Keyword($0, $0) })

  private static let features = Shape<[String]>.oneOrMany(of: feature, items: "features").mapped { names in
    CPUFeatureTable.set(names) ?? []
  } back: {
    CPUFeatureTable.names(in: $0)
  }

  private static let own = Shape.object(
    "cpu-update", doc: "What a host kernel or a microcode does to what CPUs show.",
    initial: CPUUpdate(name: "")
  ) {
    Field("name", \.name, .identifier, .required, doc: "Its name.")
    Field(
      "cpus", \.families,
      .oneOrMany(of: .keyword(CPUCatalog.familyNames.map { Keyword($0, $0) }), items: "families"),
      doc: "Families that it touches.", standard: "every one")
    Field("kernel", \.kernel, .version, doc: "From this host kernel on.", standard: "any")
    Field("microcode", \.microcode, microcode, doc: "From the microcode of this date on.", standard: "any")
    Field("removes", \.removes, features, doc: "Features that are not shown any more.", standard: "none")
    Field("adds", \.adds, features, doc: "Features that are shown from then on.", standard: "none")
  }.checked { update in
    if update.kernel == nil, update.microcode == nil {
      throw Complaint("an update of nothing", hint: "say from which kernel or microcode on")
    }
    if update.removes.isEmpty, update.adds.isEmpty {
      throw Complaint("an update that changes nothing", hint: "say what it removes or adds")
    }
  }

  private static let shipped = Shape<CPUUpdate>.keyword(
    CPUUpdateCatalog.all.map { Keyword($0.name, $0) })

  /// One that ships, by name, or one's own.
  static let update = Shape<CPUUpdate>.byKind(scalar: shipped, mapping: own)
}
