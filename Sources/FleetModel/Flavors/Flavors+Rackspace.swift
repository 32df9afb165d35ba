internal import Quantities

// Source: the flavor lists at gist.github.com/hatchetation/80a3a51edceed93a43d8 and
// gist.github.com/TheNilesh/b053c8d135311b6436710551fe5f4647. Memory in MiB (the lists' "MB"), disk in GB.

extension FlavorCatalog {
  /// The old Standard flavors: disks up to 1200 GB, the ones that live migration times out on.
  public static let rackspaceStandard: [Flavor] = [
    rackspace("standard-512mb", 512, 20, 1),
    rackspace("standard-1gb", 1024, 40, 1),
    rackspace("standard-2gb", 2048, 80, 2),
    rackspace("standard-4gb", 4096, 160, 2),
    rackspace("standard-8gb", 8192, 320, 4),
    rackspace("standard-15gb", 15_360, 620, 6),
    rackspace("standard-30gb", 30_720, 1200, 8),
  ]

  /// General Purpose v1.
  public static let rackspaceGeneralPurpose: [Flavor] = [
    rackspace("general-1gb", 1024, 20, 1),
    rackspace("general-2gb", 2048, 40, 2),
    rackspace("general-4gb", 4096, 80, 4),
    rackspace("general-8gb", 8192, 160, 8),
  ]

  private static func rackspace(_ name: String, _ mebibytes: Int64, _ disk: Int64, _ vcpus: Int) -> Flavor {
    Flavor(name: name, vcpus: vcpus, memory: .mebibytes(mebibytes), disk: .gigabytes(disk))
  }
}
