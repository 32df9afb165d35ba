internal import CLinux
public import CutoverCore
internal import Glibc
internal import ImageFiles
internal import Quantities
internal import SystemPackage

/// A rehearsal guest in a process of its own: it goes on writing when the process that moves its disk is killed, as a
/// guest would, and what was acknowledged to it is known to whoever comes after.
///
/// Like `RehearsalGuest` it destroys what the source image holds.
public final class RehearsalProcess: GuestControl {
  /// What the board's name adds to the image's.
  static let suffix = OwnNames.rehearsal
  private static let patience = Duration.seconds(10)
  /// A guest whose driver has not been heard of for so long ends by itself.
  private static let longestSilence = Duration.hours(1)

  private let disk: ImageMove
  private let options: RehearsalOptions
  private let program: String
  private let state = Monitor<(board: RehearsalBoard?, child: pid_t)>((nil, 0))

  /// - Parameters:
  ///   - image: The absolute path of a raw disk.
  ///   - options: How fast it writes, and where; its `program` is not used.
  ///   - program: The executable that serves, told so by `cutover rehearsal-guest BOARD IMAGE FORMAT RATE PATTERN
  ///     SEED`.
  public convenience init(image: String, options: RehearsalOptions, program: String) {
    self.init(ImageMove(source: image, destination: image), options: options, program: program)
  }

  /// - Parameters:
  ///   - disk: With absolute paths and its formats; `nil` is raw.
  ///   - options: How fast it writes, and where; its `program` is not used.
  ///   - program: The executable that serves, told so by `cutover rehearsal-guest BOARD IMAGE FORMAT RATE PATTERN
  ///     SEED`.
  public init(_ disk: ImageMove, options: RehearsalOptions, program: String) {
    self.disk = disk
    self.options = options
    self.program = program
  }

  private var board: RehearsalBoard? { state.withLock { $0.board } }
  private var image: String { disk.source }
  private var format: DiskFormat { disk.sourceFormat ?? .raw }
  private var boardPath: String { image + Self.suffix }

  // MARK: - Commands

  public func attach() throws {
    if let old = try? RehearsalBoard.open(boardPath), old.isOccupied {
      throw StepFailure(.guest, "a rehearsal with '\(image)' is under way")
    }
    let places = try AllocatedBlocks(of: image, format)
    let board = try RehearsalBoard.make(
      boardPath, offsets: (0..<places.count).map { places.place(of: $0).onDisk })
    board[.run] = UInt64(monotonicNow().nanoseconds)
    board.command = .run
    state.withLock { $0.board = board }
    do { try start(board) } catch {
      // It might come up later, and write.
      end(board)
      throw error
    }
  }

  private func start(_ board: RehearsalBoard) throws {
    board.state = .starting
    let nowhere = Glibc.open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(nowhere) }
    let arguments = [
      program, "cutover", "rehearsal-guest", boardPath, image, format.rawValue,
      "\(options.rate.bytesPerSecond)",
      options.pattern.rawValue, "\(options.seed)",
    ]
    let argv = arguments.map { strdup($0) } + [nil]
    defer { for pointer in argv { free(pointer) } }
    let child = linux_spawn(argv, [nil], nowhere, nowhere, 0)
    guard child > 0 else { throw StepFailure(.guest, "the rehearsal guest cannot be started") }
    state.withLock { $0.child = child }
    guard wait(until: { board.state != .starting }), board.state == .running else {
      throw StepFailure(.guest, "the rehearsal guest did not come up")
    }
  }

  public func reattach() throws {
    // The driver before may have died before it had started one.
    guard let board = try? RehearsalBoard.open(boardPath), board.state != .starting || board.isOccupied else {
      return try attach()
    }
    state.withLock { $0.board = board }
  }

  public func detach() {
    if let board { end(board) }
  }

  private func end(_ board: RehearsalBoard) {
    board.command = .quit
    let hasEnded = wait(until: { !board.isOccupied })
    let child = state.withLock { $0.child }
    if child > 0 {
      if !hasEnded || board.state == .starting { kill(child, SIGKILL) }
      waitpid(child, nil, 0)
    }
    unlink(boardPath)
  }

  public func pause() throws { try halt() }
  public func shutDown() throws { try halt() }
  public func powerOff() throws { try halt() }

  private func halt() throws {
    guard let board else { return }
    board.command = .stop
    guard wait(until: { board.state == .stopped || !board.isOccupied }) else {
      throw StepFailure(.guest, "the rehearsal guest does not stop")
    }
  }

  /// It serves at the destination by leaving it alone, so that the two sides can be compared.
  public func start(_ method: StartMethod, at image: String) {}
  public func fence() -> Bool { true }

  public func restore(_ method: StartMethod) throws {
    guard let board else { return }
    board.command = .run
    guard board.isOccupied else { return try start(board) }
    guard wait(until: { board.state == .running }) else {
      throw StepFailure(.guest, "the rehearsal guest does not go on")
    }
  }

  public func slow(by throttle: Double) { board?[.throttle] = UInt64(throttle * 1000) }

  public var hasCrashed: Bool {
    guard let board else { return false }
    // The driver asks all the time, for as long as it lives.
    board[.heartbeat] = UInt64(monotonicNow().nanoseconds)
    guard board.command == .run else { return false }
    return board.state == .failed || (board.state == .running && !board.isOccupied)
  }

  private func wait(until isTrue: () -> Bool) -> Bool {
    let end = monotonicNow() + Self.patience
    while !isTrue() {
      if monotonicNow() >= end { return false }
      sleepFor(.milliseconds(1))
    }
    return true
  }

  // MARK: - Proof

  public func examine(_ image: String) throws -> RehearsalEvidence? {
    guard let board else { return nil }
    let writes = (0..<board.count).compactMap { index in
      let sequence = board.acknowledged(index)
      return sequence > 0 ? RehearsalGuest.Write(offset: board.offset(index), sequence: sequence) : nil
    }
    return try RehearsalEvidence(
      of: writes, count: Int(board[.sequence]), run: board[.run], in: image, disk.destinationFormat ?? .raw)
  }

  // MARK: - The other side

  /// What the process does that was started to be the guest: returns when it is to end.
  public static func serve(board path: String, disk: ImageMove, options: RehearsalOptions) throws {
    let board = try RehearsalBoard.open(path)
    try board.occupy()
    // Each is there once, unless somebody else has written to the file.
    let index = Dictionary(
      (0..<board.count).map { (board.offset($0), $0) }, uniquingKeysWith: { one, _ in one })
    let guest = RehearsalGuest(disk, options: options)
    try guest.attach(run: board[.run], after: board[.sequence]) { write in
      if let place = index[write.offset] { board.acknowledge(write.sequence, at: place) }
    }
    defer { guest.detach() }
    board.state = .running
    let began = monotonicNow()
    func lastHeard() -> Instant { max(began, Instant(nanoseconds: Int64(clamping: board[.heartbeat]))) }
    while board.command != .quit, monotonicNow() < lastHeard() + longestSilence, !board.isAbandoned {
      switch (board.command, board.state) {
      case (.stop, .running):
        guest.pause()
        board.state = .stopped
      case (.run, .stopped):
        guest.restore(.resume)
        board.state = .running
      default: break
      }
      if guest.hasCrashed { board.state = .failed }
      guest.slow(by: Double(board[.throttle]) / 1000)
      sleepFor(.milliseconds(1))
    }
  }
}
