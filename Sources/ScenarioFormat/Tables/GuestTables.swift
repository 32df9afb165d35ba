internal import CutoverCore
internal import DiscreteEvent
internal import FleetModel
internal import Quantities

// The guests: sizes, ages, disks, memory, kernels, manners.

struct GuestGroupForm: Sendable {
  var group = GuestGroup()
  var count = Located(value: 1)
  var site: Located<String>?
  var flavors = OrderedPairs<Located<String>, Double>()
  var disk = DiskForm()
  var kernels: [KernelBandForm] = []
}

struct DiskForm: Sendable {
  var disk = DiskBlueprint()
  var image = ImageForm.thick
}

enum ImageForm: Sendable {
  case thick
  case thin(ThinForm)
}

struct ThinForm: Sendable {
  var initial = Bytes.gigabytes(4)
  var fillTime = Distribution.zero
}

struct KernelBandForm: Sendable {
  var upToAge = Located(value: Duration.max)
  var versions = OrderedPairs<KernelVersion, Double>()
}

enum GuestTables {
  static let flavor = Shape.object(
    "flavor", doc: "A size that customers can order.",
    initial: Flavor(name: "", vcpus: 1, memory: .zero, disk: .zero)
  ) {
    Field("name", \.name, .identifier, .required, doc: "Its name; guests refer to it.")
    Field("vcpus", \.vcpus, .integer(in: 1...100_000), doc: "Virtual CPUs.")
    Field("memory", \.memory, .bytes, .required, doc: "Memory.")
    Field("disk", \.disk, .bytes, .required, doc: "Virtual size of the disk.")
  }.checked { flavor in
    if flavor.memory <= .zero {
      throw Complaint("a guest without memory", hint: "such as 4 GiB", at: "memory")
    }
    if flavor.disk <= .zero { throw Complaint("a guest without a disk", hint: "such as 80 GB", at: "disk") }
  }

  static let thin = Shape.object(
    "thin-image", doc: "An image that grows as it is written, such as a VHD, and never shrinks.",
    initial: ThinForm()
  ) {
    Field("initial", \.initial, .bytes, doc: "Allocated when it is new: the operating system.")
    Field(
      "fill-time", \.fillTime, .timeDistribution, .required,
      doc: "Time constant with which it fills towards its virtual size, guest by guest.")
  }

  static let image = Shape<ImageForm>.tagged(
    "image", doc: "How much of the virtual size a copy has to move.",
    [
      .bare("thick", .thick, doc: "All of it.") { if case .thick = $0 { true } else { false } },
      .tag("thin", thin, doc: "What is allocated, which grows with age.") { .thin($0) },
    ])

  static let disk = Shape.object("disk", doc: "The disks of a group.", initial: DiskForm()) {
    Field("image", \.image, image, doc: "Whether all of it is there from the start.")
    Field(
      "storage", \.disk.isShared,
      .keyword([
        Keyword("local", false, doc: "On the host."),
        Keyword("shared", true, doc: "On the storage of the host, if that shares one."),
      ]),
      doc: "Where they lie; a disk on shared storage stays there as long as it can.")
    Field("writes", \.disk.writes, .rateDistribution, doc: "What a guest writes, guest by guest.")
    Field(
      "amplification", \.disk.amplification, .number(atLeast: 1),
      doc: "How much more a copy has to move than was written, because it moves whole blocks.")
    Field(
      "working-set", \.disk.workingSet, .fraction,
      doc: "The part of the allocated data that is ever written again.")
  }

  static let memory = Shape.object("memory", doc: "The memory of a group.", initial: MemoryBlueprint()) {
    Field("used", \.used, .fraction, doc: "The part that is not zero, and has to travel.")
    Field("hot", \.hot, .fraction, doc: "The part of that which is rewritten all the time.")
    Field("hot-time", \.hotTime, .positiveDuration, doc: "How soon the hot part is written once over.")
    Field(
      "dirty-rate", \.dirtyRate, .rateDistribution,
      doc: "New data beyond the hot part, guest by guest.")
    Field("working-set", \.workingSet, .fraction, doc: "The part of the used memory that is ever written.")
  }

  static let kernelBand = Shape.object(
    "kernel-band", doc: "The kernels of guests up to an age.", initial: KernelBandForm()
  ) {
    Field(
      "up-to-age", \.upToAge, Shape<Duration>.positiveDuration.located(),
      doc: "Guests at most this old; the first band that fits.",
      standard: "any age")
    Field("versions", \.versions, .mix(of: .version), .required, doc: "Versions and their shares.")
  }

  static let guests = Shape.object(
    "vms", doc: "Guests that are described together.", initial: GuestGroupForm()
  ) {
    Field(
      "name", \.group.name, .text,
      doc: "What `explain` calls the group, and results with `classes: { by: group }`.")
    Field(
      "count", \.count, Shape<Int>.integer(in: 1...FleetTables.mostGuests).located(), .required,
      doc: "How many.")
    Field(
      "site", \.site, .reference(to: .site), doc: "Where they start. Unsaid: wherever there is room.",
      standard: "any site")
    Field(
      "flavor", \.flavors, .mix(of: .reference(to: .flavor)), .required,
      doc: "Flavors and their shares, which the fleet has exactly: shipped ones, or the scenario's own.")
    Field("age", \.group.age, .timeDistribution, doc: "Time since they were made.")
    Field(
      "kernels", \.kernels, .oneOrMany(of: kernelBand, items: "kernel bands"),
      doc: "Guest kernels, by age: old servers run old kernels.", standard: "unknown")
    Field("disk", \.disk, disk, doc: "Disks.", standard: "thick, never written")
    Field("memory", \.group.memory, memory, doc: "Memory.", standard: "all used, never written")
    Field("shutdown", \.group.shutdown, .timeDistribution, doc: "From being asked until it is down.")
    Field("boot", \.group.boot, .timeDistribution, doc: "From being started until it serves.")
    Field(
      "ignores-shutdown", \.group.ignoresShutdown, .fraction,
      doc: "The share that does not shut down when asked.")
    Field(
      "forbids-live", \.group.forbidsLive, .fraction, doc: "The share whose owner forbids live migration.")
    TraitTables.fields
  }
}
