internal import FleetModel
internal import Quantities

// Where guests live: sites, hosts, their CPUs, disks and links.

/// A site as it is written.
struct SiteForm: Sendable {
  var name = Located(value: "")
  var site = SiteBlueprint()
  var hosts: [HostGroupForm] = []
}

struct HostGroupForm: Sendable {
  var count = Located(value: 1)
  var group = HostGroup()
  var cpus = OrderedPairs<Located<String>, Double>()
}

/// A fleet as it is written.
struct FleetForm: Sendable {
  var sites: [SiteForm] = []
  var guests: [Located<GuestGroupForm>] = []
  var cpuUpdates: [CPUUpdate] = []
}

enum FleetTables {
  /// The most that a fleet may hold, by memory: a guest takes some 300 bytes.
  static let mostHosts = 1_000_000
  static let mostGuests = 10_000_000
  /// The most groups of guests, flavors of a scenario, and the like; the simulation numbers them by 16 bits.
  static let mostKinds = 10_000

  static let pool = Shape.object(
    "pool", doc: "The local disks of a host, seen as one.", initial: StoragePool()
  ) {
    Field("read", \.read, .limit, doc: "What can be read per second, by all migrations together.")
    Field("write", \.write, .limit, doc: "What can be written per second, by all migrations together.")
    Field(
      "capacity", \.capacity, .bytes, doc: "What the virtual disks of its guests may add up to.",
      standard: "unlimited")
  }.checked { pool in
    if pool.capacity <= .zero {
      throw Complaint("a pool without capacity", hint: "such as 15 TB, or leave it out", at: "capacity")
    }
  }

  static let hosts = Shape.object("hosts", doc: "Hosts that are alike.", initial: HostGroupForm()) {
    Field("count", \.count, Shape<Int>.integer(in: 1...mostHosts).located(), .required, doc: "How many.")
    Field(
      "cpu", \.cpus, .mix(of: .reference(to: .cpu)),
      doc: "CPU families or products, and their shares. Unsaid: all alike.", standard: "all alike")
    Field("memory", \.group.memory, .bytes, doc: "What the memory of its guests may add up to.")
    Field("nic", \.group.nic, .limit, doc: "Rate of the network card for migrations, each way.")
    Field("pool", \.group.pool, pool, doc: "Local disks.", standard: "unlimited")
    Field("kernel", \.group.kernel, .version, doc: "Version of kernel and hypervisor.", standard: "unknown")
    Field("per-rack", \.group.hostsPerRack, .integer(in: 1...1_000_000), doc: "Hosts in a rack.")
    Field(
      "rack-uplink", \.group.rackUplink, .limit, doc: "What a rack can send, and receive, together.")
    Field(
      "microcode", \.group.microcode, CPUTables.microcode, doc: "Release date of the microcode package.",
      standard: "unknown")
    Field(
      "level", \.group.level, CPUTables.level,
      doc: "What guests are shown of the CPU at most; pool: what all hosts of the pool have.",
      standard: "none")
    Field(
      "cluster", \.group.cluster, .identifier,
      doc: "Hosts of a site with the same cluster are one pool.", standard: "none")
    Field(
      "hypervisor", \.group.hypervisor, .identifier, doc: "Its family, as kernel rules name it.",
      standard: "unknown")
    Field(
      "storage", \.group.storage, .identifier,
      doc: "Storage that they share with all hosts that name it.", standard: "none")
    Field(
      "features", \.group.features, .list(of: .identifier, items: "features"),
      doc: "What guests that need it find here, such as hugepages-1g.", standard: "none")
    Field("cores", \.group.cores, .integer(in: 1...100_000), doc: "Logical CPUs.", standard: "unknown")
    Field("spares", \.group.spares, .integer(in: 0...mostHosts), doc: "How many of them start empty.")
  }.checked { form in
    if form.group.spares >= form.count.value {
      throw Complaint(
        "all \(form.count.value) hosts are spares, so none takes guests", hint: "fewer spares than hosts",
        at: "spares")
    }
    if form.group.memory <= .zero {
      throw Complaint("hosts without memory", hint: "such as 512 GiB", at: "memory")
    }
  }

  static let site = Shape.object("site", doc: "A data centre or region.", initial: SiteForm()) {
    Field("name", \.name, Shape<String>.identifier.located(), .required, doc: "Its name; others refer to it.")
    Field("hosts", \.hosts, .oneOrMany(of: hosts, items: "hosts"), .required, doc: "Its hosts.")
    Field(
      "wan", \.site.wan, .limit, doc: "What the site can send to other sites, and receive, together.")
    Field(
      "features", \.site.features, .list(of: .identifier, items: "features"),
      doc: "What guests that need it find on all its hosts, such as vlan.", standard: "none")
  }

  static let fleet = Shape.object("fleet", doc: "Hosts and guests.", initial: FleetForm()) {
    Field(
      "sites", \.sites, .list(of: site, items: "sites", min: 1, max: mostKinds), .required,
      doc: "Where hosts stand.")
    Field(
      "vms", \.guests, .oneOrMany(of: GuestTables.guests.located(), items: "groups of VMs", max: mostKinds),
      .required,
      doc: "The guests, in groups that are described together.")
    Field(
      "cpu-updates", \.cpuUpdates, .oneOrMany(of: CPUTables.update, items: "updates"),
      doc: "What kernels and microcodes do to what CPUs show, in this order.", standard: "nothing")
  }
}
