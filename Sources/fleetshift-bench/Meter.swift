internal import Foundation

/// CPU time and memory of this process.
struct Meter {
  private let began = Meter.cpuSeconds

  /// CPU seconds since the meter was made.
  var elapsed: Double { Meter.cpuSeconds - began }

  private static var cpuSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  /// The largest resident memory so far, in MiB.
  static var peakMemory: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }

  /// The exponent b of cost = a * size^b through two measurements.
  static func growth(from a: (size: Int, cost: Double), to b: (size: Int, cost: Double)) -> Double {
    log(b.cost / a.cost) / log(Double(b.size) / Double(a.size))
  }
}

extension Double {
  func places(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
