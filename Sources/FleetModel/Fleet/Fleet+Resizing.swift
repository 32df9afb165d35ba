extension Fleet {
  /// The next larger or smaller flavor of the guest's group, by memory; `nil` at the end of the range.
  public func neighbour(of guest: Int, isLarger: Bool) -> Int? {
    let vm = guests[guest]
    let order = groups[Int(vm.group)].flavors.parts.map(\.value).sorted {
      ($0.memory, $0.disk, $0.name) < ($1.memory, $1.disk, $1.name)
    }
    guard let place = order.firstIndex(of: flavors[Int(vm.flavor)]) else { return nil }
    let next = isLarger ? place + 1 : place - 1
    guard order.indices.contains(next) else { return nil }
    return flavors.firstIndex(of: order[next])
  }

  /// Gives a guest another flavor. What it writes does not change by that; what it holds is cut to the new size.
  public mutating func resize(_ guest: Int, to flavor: Int) {
    guests[guest].flavor = Int16(flavor)
    guests[guest].memory = flavors[flavor].memory
    guests[guest].memoryUsed = min(guests[guest].memoryUsed, flavors[flavor].memory)
    guests[guest].diskVirtual = flavors[flavor].disk
  }
}
