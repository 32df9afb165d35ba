import Quantities
import Testing

@testable import ImageCutover

@Suite struct PassCostTests {
  /// A pass over 200 windows of 1 MiB: so long until the first is done with, 2 ms a window, and a flush at the end.
  private func cost(late: Double, flush: Double) -> (cost: PassCost, time: Duration) {
    var cost = PassCost()
    for window in 1...200 {
      cost.end(.mebibytes(1), at: .zero + Duration(seconds: late + 0.002 * Double(window)))
    }
    return (cost, Duration(seconds: late + 0.4 + flush))
  }

  @Test("what a pass takes to begin and to end is told from the pace between") func parts() throws {
    let (cost, time) = cost(late: 0.1, flush: 0.05)
    let fit = try #require(cost.fit(time, data: .mebibytes(200)))
    #expect(abs(fit.fixed - 0.15) < 1e-6)
    #expect(abs(fit.rate.bytesPerSecond - Double(1 << 20) / 0.002) < 1)
    #expect(try #require(fit.spread) < 1e-6)
  }

  @Test("gaps that are read along count for nothing: the rate is that of the data") func gaps() throws {
    let (cost, time) = cost(late: 0, flush: 0)
    let fit = try #require(cost.fit(time, data: .mebibytes(100)))
    #expect(abs(fit.rate.bytesPerSecond - Double(1 << 20) / 0.004) < 1)
  }

  @Test("a pass of a few windows has no pace of its own: all of its time is in the rate") func short() throws
  {
    var cost = PassCost()
    for window in 1...8 { cost.end(.mebibytes(1), at: .zero + Duration(seconds: 0.01 * Double(window))) }
    let fit = try #require(cost.fit(Duration(seconds: 0.16), data: .mebibytes(8)))
    #expect(fit.fixed == 0 && fit.spread == nil)
    #expect(abs(fit.rate.bytesPerSecond - Double(8 << 20) / 0.16) < 1)
    #expect(PassCost().fit(Duration(seconds: 1), data: .mebibytes(8)) == nil)
  }

  @Test("what is read back behind the last window has a pace of its own") func readBack() throws {
    var (cost, _) = cost(late: 0.1, flush: 0)
    // A flush of 50 ms, and 1 ms a window.
    for window in 1...200 {
      cost.readBack(.mebibytes(1), at: .zero + Duration(seconds: 0.55 + 0.001 * Double(window)))
    }
    let fit = try #require(cost.fit(Duration(seconds: 0.75), data: .mebibytes(200)))
    #expect(abs(fit.fixed - 0.15) < 1e-6)
    #expect(abs(fit.rate.bytesPerSecond - Double(1 << 20) / 0.003) < 1)
  }

  @Test("what is read back between the windows is in their pace") func readBackBetween() throws {
    var cost = PassCost()
    for window in 1...200 {
      cost.readBack(.mebibytes(1), at: .zero + Duration(seconds: 0.003 * Double(window) - 0.001))
      cost.end(.mebibytes(1), at: .zero + Duration(seconds: 0.003 * Double(window)))
    }
    let fit = try #require(cost.fit(Duration(seconds: 0.6), data: .mebibytes(200)))
    #expect(fit.fixed < 1e-6)
    #expect(abs(fit.rate.bytesPerSecond - Double(1 << 20) / 0.003) < 1)
  }
}
