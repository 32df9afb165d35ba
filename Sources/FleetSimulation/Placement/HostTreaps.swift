internal import DiscreteEvent

/// Search trees over hosts in the order of what memory they have free, each host in one of them at the most.
///
/// A treap's shape follows from its keys and priorities alone, and a host's priority from its number: nothing depends
/// on the order of changes. Nothing is allocated after the start.
struct HostTreaps {
  private struct Node {
    var memory: Int64 = 0
    var disk: Int64 = 0
    /// The most free disk in the tree below and including this node.
    var mostDisk: Int64 = 0
    var priority: UInt64
    var tree: Int32 = -1
    var left: Int32 = -1
    var right: Int32 = -1
  }

  private var nodes: ContiguousArray<Node>
  private var roots: ContiguousArray<Int32>
  /// Among hosts with equal memory the one with the lowest number is last, not first.
  private let lowestIndexLast: Bool

  init(hosts: Int, trees: Int, lowestIndexLast: Bool) {
    nodes = ContiguousArray(
      (0..<hosts).map { host in
        var stream = RandomStream(seed: UInt64(host))
        return Node(priority: stream.next())
      })
    roots = ContiguousArray(repeating: -1, count: trees)
    self.lowestIndexLast = lowestIndexLast
  }

  /// Makes room for more trees.
  mutating func addTrees(_ count: Int) { roots.append(contentsOf: repeatElement(-1, count: count)) }

  func root(of tree: Int32) -> Int32 { roots[Int(tree)] }

  /// Whether a host is filed under the same figures, below and above the same others, in whichever tree.
  func isFiledAlike(_ host: Int32, in other: HostTreaps) -> Bool {
    let (a, b) = (nodes[Int(host)], other.nodes[Int(host)])
    if a.tree < 0 || b.tree < 0 { return a.tree < 0 && b.tree < 0 }
    return a.memory == b.memory && a.disk == b.disk && a.mostDisk == b.mostDisk && a.left == b.left
      && a.right == b.right
  }

  func memory(of host: Int32) -> Int64 { nodes[Int(host)].memory }

  /// Moves a host into a tree (-1: none) under what it has free now.
  mutating func put(_ host: Int32, into tree: Int32, memory: Int64, disk: Int64) {
    let old = nodes[Int(host)]
    guard old.tree != tree || old.memory != memory || old.disk != disk else { return }
    if old.tree >= 0 { roots[Int(old.tree)] = removed(host, from: roots[Int(old.tree)]) }
    nodes[Int(host)].tree = tree
    nodes[Int(host)].memory = memory
    nodes[Int(host)].disk = disk
    nodes[Int(host)].left = -1
    nodes[Int(host)].right = -1
    refresh(host)
    if tree >= 0 { roots[Int(tree)] = inserted(host, into: roots[Int(tree)]) }
  }

  // MARK: - Searching

  /// The last host of a tree with that much memory and disk free; -1 if there is none.
  func last(in tree: Int32, memory: Int64, disk: Int64, except: Int32) -> Int32 {
    last(below: roots[Int(tree)], memory, disk, except)
  }

  private func last(below root: Int32, _ memory: Int64, _ disk: Int64, _ except: Int32) -> Int32 {
    var root = root
    while root >= 0, nodes[Int(root)].mostDisk >= disk {
      let node = nodes[Int(root)]
      let later = last(below: node.right, memory, disk, except)
      if later >= 0 { return later }
      // What comes before has less.
      guard node.memory >= memory else { return -1 }
      if node.disk >= disk, root != except { return root }
      root = node.left
    }
    return -1
  }

  /// The first host of a tree with that much memory and disk free; -1 if there is none.
  func first(in tree: Int32, memory: Int64, disk: Int64, except: Int32) -> Int32 {
    first(below: roots[Int(tree)], memory, disk, except)
  }

  private func first(below root: Int32, _ memory: Int64, _ disk: Int64, _ except: Int32) -> Int32 {
    var root = root
    while root >= 0, nodes[Int(root)].mostDisk >= disk {
      let node = nodes[Int(root)]
      if node.memory >= memory {
        let earlier = first(below: node.left, memory, disk, except)
        if earlier >= 0 { return earlier }
        if node.disk >= disk, root != except { return root }
      }
      root = node.right
    }
    return -1
  }

  // MARK: - Changing

  private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
    let (x, y) = (nodes[Int(a)].memory, nodes[Int(b)].memory)
    return x == y ? (lowestIndexLast ? a > b : a < b) : x < y
  }

  private mutating func refresh(_ node: Int32) {
    var most = nodes[Int(node)].disk
    let (left, right) = (nodes[Int(node)].left, nodes[Int(node)].right)
    if left >= 0 { most = max(most, nodes[Int(left)].mostDisk) }
    if right >= 0 { most = max(most, nodes[Int(right)].mostDisk) }
    nodes[Int(node)].mostDisk = most
  }

  private mutating func inserted(_ node: Int32, into root: Int32) -> Int32 {
    guard root >= 0 else { return node }
    if nodes[Int(node)].priority > nodes[Int(root)].priority {
      (nodes[Int(node)].left, nodes[Int(node)].right) = split(root, at: node)
      refresh(node)
      return node
    }
    if isBefore(node, root) {
      nodes[Int(root)].left = inserted(node, into: nodes[Int(root)].left)
    } else {
      nodes[Int(root)].right = inserted(node, into: nodes[Int(root)].right)
    }
    refresh(root)
    return root
  }

  private mutating func split(_ root: Int32, at key: Int32) -> (before: Int32, after: Int32) {
    guard root >= 0 else { return (-1, -1) }
    if isBefore(root, key) {
      let (before, after) = split(nodes[Int(root)].right, at: key)
      nodes[Int(root)].right = before
      refresh(root)
      return (root, after)
    }
    let (before, after) = split(nodes[Int(root)].left, at: key)
    nodes[Int(root)].left = after
    refresh(root)
    return (before, root)
  }

  private mutating func removed(_ node: Int32, from root: Int32) -> Int32 {
    guard root != node else { return joined(nodes[Int(node)].left, nodes[Int(node)].right) }
    precondition(root >= 0, "host \(node) is not in its tree")
    if isBefore(node, root) {
      nodes[Int(root)].left = removed(node, from: nodes[Int(root)].left)
    } else {
      nodes[Int(root)].right = removed(node, from: nodes[Int(root)].right)
    }
    refresh(root)
    return root
  }

  private mutating func joined(_ before: Int32, _ after: Int32) -> Int32 {
    guard before >= 0 else { return after }
    guard after >= 0 else { return before }
    if nodes[Int(before)].priority > nodes[Int(after)].priority {
      nodes[Int(before)].right = joined(nodes[Int(before)].right, after)
      refresh(before)
      return before
    }
    nodes[Int(after)].left = joined(before, nodes[Int(after)].left)
    refresh(after)
    return after
  }
}
