import TestTools

/// Random images as QEMU makes them: the script that makes one, with its parents, writes to it, and says in raw what
/// its disk then holds.
struct QEMUImages {
  private var random: Seeded
  private(set) var script = ""
  private(set) var top = ""
  private(set) var format = ""

  init(seed: UInt64) {
    random = Seeded(seed)
    let size = Int64.random(in: 1...(random.chance(0.1) ? 40_000 : 3_000), using: &random) * 512
    let depth = random.pick([1, 1, 2, 3])
    for level in 0..<depth {
      let isBase = level == 0
      // Parents may be shorter or longer than their children.
      let own =
        isBase || random.chance(0.6)
        ? size : max(size + Int64.random(in: -800...800, using: &random) * 512, 512)
      add(level, own, isBase ? random.pick(["raw", "qcow2", "qcow2", "vpc", "vpc"]) : "qcow2")
    }
    script += "qemu-img convert -f \(format) -O raw \(top) expected.raw\n"
  }

  private mutating func add(_ level: Int, _ size: Int64, _ format: String) {
    let name = "layer\(level).\(format == "vpc" ? "vhd" : format)"
    var options: [String] = []
    var cluster: Int64 = 65536
    switch format {
    case "qcow2":
      cluster = random.pick([512, 4096, 16384, 65536, 65536, 2 << 20])
      options.append("cluster_size=\(cluster)")
      let isOld = random.chance(0.15)
      options.append("compat=\(isOld ? "0.10" : "1.1")")
      if !isOld {
        if random.chance(0.3) { options.append("compression_type=zstd") }
        if cluster >= 16384, random.chance(0.3) { options.append("extended_l2=on") }
        if random.chance(0.2) { options.append("refcount_bits=\(random.pick([1, 8, 64]))") }
        if level == 0, random.chance(0.2) { options.append("preallocation=metadata") }
      }
      if level > 0 { options.append("backing_file=\(top),backing_fmt=\(self.format)") }
    case "vpc":
      options.append("subformat=\(random.pick(["dynamic", "dynamic", "fixed"]))")
      // Without it, QEMU rounds the size up to a whole number of cylinders.
      if random.chance(0.7) { options.append("force_size=on") }
    default: break
    }
    let choice = options.isEmpty ? "" : "-o " + options.joined(separator: ",")
    script += "qemu-img create -q -f \(format) \(choice) \(name) \(size)\n"
    var commands: [String] = []
    for _ in 0..<Int.random(in: 0...12, using: &random) {
      let start = Int64.random(in: 0..<size / 512, using: &random) * 512
      let most = min(size - start, random.pick([512, 4096, 70_000 / 512 * 512, 3 * cluster]))
      let length = Int64.random(in: 1...most / 512, using: &random) * 512
      let pattern = Int.random(in: 1...255, using: &random)
      switch format == "qcow2" ? Int.random(in: 0..<7, using: &random) : 0 {
      case 0...3: commands.append("write -P \(pattern) \(start) \(length)")
      case 4: commands.append("write -z \(random.chance(0.5) ? "-u" : "") \(start) \(length)")
      case 5: commands.append("discard \(start) \(length)")
      default:
        let first = start / cluster * cluster
        if first + cluster <= size { commands.append("write -c -P \(pattern) \(first) \(cluster)") }
      }
    }
    if format == "qcow2", random.chance(0.1) {
      commands.insert("quit", at: 0)
      script += "qemu-img snapshot -q -c before \(name) || true\n"
      commands.removeFirst()
    }
    if !commands.isEmpty {
      // Not all of them succeed on every kind of image; whatever the image then is, both sides are shown the same.
      script +=
        "qemu-io -f \(format) \(commands.map { "-c '\($0)'" }.joined(separator: " ")) \(name) > log || true\n"
    }
    top = name
    self.format = format
  }
}
