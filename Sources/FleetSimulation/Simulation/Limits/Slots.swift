/// Values that come and go, each named by the number of its place, which is used again once it is free.
///
/// A value is changed where it lies: an attempt holds a whole machine, and must not be copied out and in for each event.
/// Every operation is O(1).
struct Slots<Element> {
  private var elements: ContiguousArray<Element> = []
  private var isTaken: ContiguousArray<Bool> = []
  private var free: [Int32] = []

  /// One more than the greatest number in use.
  var end: Int32 { Int32(elements.count) }

  /// How many there are.
  var count: Int { elements.count - free.count }

  func contains(_ slot: Int32) -> Bool { isTaken[Int(slot)] }

  mutating func insert(_ element: Element) -> Int32 {
    guard let slot = free.popLast() else {
      elements.append(element)
      isTaken.append(true)
      return Int32(elements.count - 1)
    }
    elements[Int(slot)] = element
    isTaken[Int(slot)] = true
    return slot
  }

  /// Takes a value out and gives its number away.
  @discardableResult
  mutating func remove(_ slot: Int32) -> Element {
    precondition(contains(slot), "nothing is under number \(slot)")
    isTaken[Int(slot)] = false
    free.append(slot)
    return elements[Int(slot)]
  }

  subscript(slot: Int32) -> Element {
    _read {
      precondition(contains(slot), "nothing is under number \(slot)")
      yield elements[Int(slot)]
    }
    _modify {
      precondition(contains(slot), "nothing is under number \(slot)")
      yield &elements[Int(slot)]
    }
  }
}
