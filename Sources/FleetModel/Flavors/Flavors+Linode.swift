internal import Quantities

// Source: Linode docs, "Upcoming pricing changes, April 2023" (memory and disk of each plan). The number of CPUs of the
// shared plans is Linode's published plan table of that year. Memory in GiB, disk in GB as the plans state them.

extension FlavorCatalog {
  public static let linodeShared: [Flavor] = [
    linode("nanode-1gb", 1, 25, 1), linode("linode-2gb", 2, 50, 1), linode("linode-4gb", 4, 80, 2),
    linode("linode-8gb", 8, 160, 4), linode("linode-16gb", 16, 320, 6), linode("linode-32gb", 32, 640, 8),
    linode("linode-64gb", 64, 1280, 16), linode("linode-96gb", 96, 1920, 20),
    linode("linode-128gb", 128, 2560, 24), linode("linode-192gb", 192, 3840, 32),
  ]

  public static let linodeDedicated: [Flavor] = [
    linode("dedicated-4gb", 4, 80, 2), linode("dedicated-8gb", 8, 160, 4),
    linode("dedicated-16gb", 16, 320, 8),
    linode("dedicated-32gb", 32, 640, 16), linode("dedicated-64gb", 64, 1280, 32),
    linode("dedicated-96gb", 96, 1920, 48), linode("dedicated-128gb", 128, 2500, 50),
    linode("dedicated-256gb", 256, 5000, 56), linode("dedicated-512gb", 512, 7200, 64),
  ]

  private static func linode(_ name: String, _ gibibytes: Int64, _ disk: Int64, _ vcpus: Int) -> Flavor {
    Flavor(name: name, vcpus: vcpus, memory: .gibibytes(gibibytes), disk: .gigabytes(disk))
  }
}
