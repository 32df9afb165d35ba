import CutoverCore
import Foundation
import Testing

@Suite("Kernel versions")
struct KernelVersionTests {
  @Test(
    "are read number by number",
    arguments: [
      ("5.10.0", "5.10"), ("4", "4.0"), ("4.9.189-3", "4.9.189.3"),
      ("2.6.32-754.35.1.el6", "2.6.32.754.35.1"),
      ("5.15.0-91-generic", "5.15.0.91"), ("6.1.0_rc4", "6.1"), ("5.10+", "5.10"), ("5.10.x", "5.10"),
      ("1.2.3.4.5.6.7", "1.2.3.4.5.6"), ("4..9", "4.9"), ("4.9.", "4.9"), ("1048575.0", "1048575.0"),
      ("0.0.1", "0.0.1"),
    ])
  func parsed(_ text: String, _ numbers: String) {
    #expect(KernelVersion(text)?.description == numbers)
  }

  @Test(
    "are refused where no number comes first",
    arguments: ["", "v5.10", ".5", "-", "el8", "1048576", "5.9999999"])
  func refused(_ text: String) {
    #expect(KernelVersion(text) == nil)
  }

  @Test("are ordered by each number in turn")
  func order() throws {
    let ascending = [
      "2.6.32", "2.6.32-1", "2.6.32-754.35", "2.6.32-754.35.1", "3.0", "4.9.20", "4.9.189", "4.9.189-3",
      "4.10",
      "5", "5.0.1", "10.0", "1048575",
    ]
    let versions = try ascending.map { try #require(KernelVersion($0)) }
    for (index, version) in versions.enumerated() {
      for (other, later) in versions.enumerated() {
        #expect((version < later) == (index < other), "\(version) and \(later)")
        #expect((version == later) == (index == other), "\(version) and \(later)")
      }
    }
    #expect(KernelVersion("5.10.0-el8") == KernelVersion("5.10"))
  }

  @Test("are written as text and read again")
  func coding() throws {
    let version = try #require(KernelVersion("4.9.189-3"))
    let data = try JSONEncoder().encode([version])
    #expect(String(decoding: data, as: UTF8.self) == #"["4.9.189.3"]"#)
    #expect(try JSONDecoder().decode([KernelVersion].self, from: data) == [version])
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([KernelVersion].self, from: Data(#"["new"]"#.utf8))
    }
    guard case .dataCorrupted(let context)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(context.debugDescription == "'new' is not a version such as 5.10.0")
  }
}
