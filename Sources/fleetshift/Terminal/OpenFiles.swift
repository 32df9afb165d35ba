internal import Foundation

/// How many files the program may have open.
enum OpenFiles {
  /// A cutover of several disks, each with its chain, several connections and its journal, has this many.
  private static let wanted: rlim_t = 1024
  /// With fewer not even what the libraries open for themselves is sure to be there.
  static let least: rlim_t = 64

  /// Asks for as many as there may have to be.
  ///
  /// - Returns: How many there may be, where these are too few to begin with anything.
  static func tooFew() -> Int? {
    var limit = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(kind, &limit) == 0 else { return nil }
    if limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max {
      limit.rlim_cur = min(wanted, limit.rlim_max)
      if setrlimit(kind, &limit) != 0 { _ = getrlimit(kind, &limit) }
    }
    return limit.rlim_cur < least ? Int(limit.rlim_cur) : nil
  }
}
