import Glibc
import Testing

@testable import ImageCutover

@Suite struct BuddyArenaTests {
  @Test("pieces never overlap, and all grow together again", arguments: 0..<20) func pieces(seed: UInt64)
    throws
  {
    var random = SplitMix64(state: seed)
    let arena = try BuddyArena(capacity: 1 << 20, largest: 1 << 18)
    var held: [UnsafeMutableRawBufferPointer] = []
    for _ in 0..<2000 {
      if Bool.random(using: &random), !held.isEmpty {
        arena.giveBack(held.remove(at: Int.random(in: 0..<held.count, using: &random)))
      } else if let piece = arena.take(Int.random(in: 1...1 << 18, using: &random)) {
        #expect(Int(bitPattern: piece.baseAddress) % 4096 == 0)
        for other in held {
          let (a, b) = (Int(bitPattern: piece.baseAddress), Int(bitPattern: other.baseAddress))
          #expect(a + piece.count <= b || b + other.count <= a)
        }
        held.append(piece)
      }
    }
    held.forEach(arena.giveBack)
    #expect(arena.taken == 0)
    let whole = (0..<4).compactMap { _ in arena.take(1 << 18) }
    #expect(whole.count == 4)
    #expect(arena.take(1) == nil)
  }

  @Test("a piece takes its pages, and what its power of two holds beyond them stays free") func exact() throws
  {
    let arena = try BuddyArena(capacity: 32 << 10, largest: 32 << 10)
    // Of eight pages: five, and the blocks of one and of two behind them.
    let pieces = [5, 1, 2].map { arena.take($0 * 4096) }
    #expect(pieces.allSatisfy { $0 != nil } && arena.taken == 32 << 10)
    #expect(arena.take(1) == nil)
    for piece in pieces { arena.giveBack(try #require(piece)) }
    #expect(arena.taken == 0 && arena.take(32 << 10) != nil)
  }
}
