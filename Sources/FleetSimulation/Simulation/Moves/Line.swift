/// Plain values, first in, first out.
struct Line<Item: BitwiseCopyable> {
  private var items: ContiguousArray<Item> = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var first: Item? { isEmpty ? nil : items[head] }

  mutating func append(_ item: Item) { items.append(item) }

  mutating func popFirst() -> Item? {
    guard let item = first else { return nil }
    head += 1
    // Amortised O(1): what lies behind is dropped when it is more than half.
    if head > 32, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return item
  }
}
