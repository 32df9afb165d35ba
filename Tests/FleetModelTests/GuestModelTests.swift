import FleetModel
import Quantities
import Testing

@Suite struct DirtyModelTests {
  let model = DirtyModel(
    hot: .mebibytes(64), hotTime: .seconds(2), rate: ByteRate(bytesPerSecond: 5e6), workingSet: .gibibytes(1))

  @Test func `a window changes what the law says`() {
    // W = 1000, h = 100, tau = 1 s, r = 10/s, t = 2 s: x = 100 (1 - e^-2) + 20 = 106.466; W (1 - e^-x/W) = 100.995.
    let small = DirtyModel(
      hot: Bytes(100), hotTime: .seconds(1), rate: ByteRate(bytesPerSecond: 10), workingSet: Bytes(1000))
    #expect(abs(small.changed(in: 2) - 100.9945) < 1e-3)
    #expect(small.changed(in: 2, speed: 0.5) == small.changed(in: 1))
  }

  @Test func `it rises, ever more slowly, and never beyond the working set`() {
    let windows = stride(from: 0.0, through: 4000, by: 10).map { model.changed(in: $0) }
    let steps = zip(windows, windows.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { $0 >= 0 })
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 <= $0 + 1e-6 })
    #expect(windows.allSatisfy { $0 <= model.workingSet.value })
    #expect(model.changed(in: 1e9) == model.workingSet.value)
  }

  @Test func `nothing is changed in no time, by a stopped guest, or without a working set`() {
    #expect(model.changed(in: 0) == 0)
    #expect(model.changed(in: 5, speed: 0) == 0)
    #expect(DirtyModel(rate: .unlimited, workingSet: .zero).changed(in: 5) == 0)
  }

  @Test func `a hot part without a time is written at once`() {
    let sudden = DirtyModel(hot: Bytes(50), hotTime: .zero, rate: .zero, workingSet: Bytes(1 << 50))
    #expect(abs(sudden.changed(in: 1e-9) - 50) < 0.1)
  }
}

@Suite struct DiskFillTests {
  @Test func `a thick image is all there`() {
    #expect(DiskFill.thick.allocated(virtual: .gigabytes(80), age: .zero) == .gigabytes(80))
  }

  @Test func `a thin image fills with age towards its size and never beyond`() {
    let fill = DiskFill.thin(initial: .gigabytes(4), fillTime: .days(365))
    let ages = (0...100).map { fill.allocated(virtual: .gigabytes(80), age: .days($0 * 50)) }
    #expect(ages[0] == .gigabytes(4))
    #expect(zip(ages, ages.dropFirst()).allSatisfy { $0 <= $1 })
    // After one time constant: 4 + 76 (1 - 1/e) GB.
    let year = fill.allocated(virtual: .gigabytes(80), age: .days(365))
    #expect(abs(year.value - (4e9 + 76e9 * 0.632_120_558_8)) < 100)
    #expect(ages.allSatisfy { $0 <= .gigabytes(80) })
  }

  @Test func `one born full, or not yet born, or without a fill time`() {
    #expect(
      DiskFill.thin(initial: .gigabytes(90), fillTime: .days(1)).allocated(virtual: .gigabytes(80), age: .zero)
        == .gigabytes(80))
    let fill = DiskFill.thin(initial: .gigabytes(4), fillTime: .zero)
    #expect(fill.allocated(virtual: .gigabytes(80), age: .zero - .days(1)) == .gigabytes(4))
    #expect(fill.allocated(virtual: .gigabytes(80), age: .days(1)) == .gigabytes(80))
  }
}
