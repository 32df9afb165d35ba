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

  /// Gives a guest another flavor. How fast it writes does not change by that; what it holds is cut to the new size.
  ///
  /// A thin image holds after it what it held before, and fills towards its new size from there.
  public mutating func resize(_ guest: Int, to flavor: Int, at now: Instant) {
    let (memory, disk) = (flavors[flavor].memory, flavors[flavor].disk)
    var vm = guests[guest]
    if case .thin(_, let fillTime) = vm.diskFill {
      vm.diskFill = .thin(initial: min(vm.diskAllocated(at: now), disk), fillTime: fillTime)
      vm.fillBegan = now
    }
    vm.flavor = Int16(flavor)
    vm.memory = memory
    vm.memoryUsed = min(vm.memoryUsed, memory)
    vm.memoryWrites.hot = min(vm.memoryWrites.hot, vm.memoryUsed)
    vm.memoryWrites.workingSet = min(vm.memoryWrites.workingSet, vm.memoryUsed)
    vm.diskVirtual = disk
    vm.diskWrites.workingSet = min(vm.diskWrites.workingSet, disk)
    guests[guest] = vm
  }
}
