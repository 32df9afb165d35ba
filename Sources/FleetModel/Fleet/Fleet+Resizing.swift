internal import CutoverCore
public import Quantities

extension Fleet {
  /// The next larger or smaller flavor of the guest's group, by memory; `nil` at the end of the range.
  public func neighbour(of guest: Int, isLarger: Bool) -> Int? {
    let vm = guests[guest]
    let next = neighbours[(Int(vm.group) * flavors.count + Int(vm.flavor)) * 2 + (isLarger ? 1 : 0)]
    return next < 0 ? nil : Int(next)
  }

  /// Works out the neighbours of all flavors in all groups; to be called when all flavors are there.
  mutating func findNeighbours() {
    neighbours = ContiguousArray(repeating: -1, count: groups.count * flavors.count * 2)
    for (number, group) in groups.enumerated() {
      let order = group.flavors.parts.map(\.value).sorted {
        ($0.memory, $0.disk, $0.name) < ($1.memory, $1.disk, $1.name)
      }
      // A mix may name one flavor twice: the neighbour is the next other one.
      for (lower, upper) in zip(order, order.dropFirst()) where lower != upper {
        guard let low = flavors.firstIndex(of: lower), let high = flavors.firstIndex(of: upper) else {
          continue
        }
        neighbours[(number * flavors.count + low) * 2 + 1] = Int16(high)
        neighbours[(number * flavors.count + high) * 2] = Int16(low)
      }
    }
  }

  /// Cuts a guest's disk to what a smaller flavor offers, as its owner has to before he can have that: a Linode must not
  /// have more disk allocation than its new type allows (Linode API v4, "Linode Resize"). A disk that is small enough
  /// stays as it is.
  ///
  /// A thick image says nothing of how much of it is in use: it is taken to be as much as will do.
  ///
  /// - Returns: `false` where a thin image holds more than that; nothing has changed then.
  public mutating func shrinkDisk(of guest: Int, to flavor: Int, at now: Instant) -> Bool {
    let disk = flavors[flavor].disk
    guard guests[guest].diskVirtual > disk else { return true }
    if case .thin = guests[guest].diskFill, guests[guest].diskAllocated(at: now) > disk { return false }
    setDisk(of: guest, to: disk, at: now)
    return true
  }

  /// A thin image holds after it what it held before, and fills towards its new size from there.
  private mutating func setDisk(of guest: Int, to disk: Bytes, at now: Instant) {
    var vm = guests[guest]
    if case .thin(_, let fillTime) = vm.diskFill {
      vm.diskFill = .thin(initial: vm.diskAllocated(at: now), fillTime: fillTime)
      vm.fillBegan = now
    }
    vm.diskVirtual = disk
    vm.diskWrites.workingSet = min(vm.diskWrites.workingSet, disk)
    guests[guest] = vm
  }

  /// Gives a guest another flavor. How fast it writes does not change by that.
  ///
  /// - Precondition: its disk fits the flavor; see ``shrinkDisk(of:to:at:)``.
  public mutating func resize(_ guest: Int, to flavor: Int, at now: Instant) {
    let (memory, disk) = (flavors[flavor].memory, flavors[flavor].disk)
    precondition(guests[guest].diskVirtual <= disk, "a disk was not shrunk before its guest was")
    setDisk(of: guest, to: disk, at: now)
    var vm = guests[guest]
    vm.flavor = Int16(flavor)
    vm.memory = memory
    vm.memoryUsed = min(vm.memoryUsed, memory)
    vm.memoryWrites.hot = min(vm.memoryWrites.hot, vm.memoryUsed)
    vm.memoryWrites.workingSet = min(vm.memoryWrites.workingSet, vm.memoryUsed)
    guests[guest] = vm
  }
}
