internal import Glibc

/// The first bytes of a program, by which the kernel tells how to run it (`fs/binfmt_elf.c`, `fs/binfmt_script.c`).
struct ProgramHead {
  /// `BINPRM_BUF_SIZE`: the kernel looks no further.
  private static let most = 256

  private let bytes: [UInt8]

  /// `nil` for one that may be run and not read: of that nothing can be told.
  init?(of path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Self.most)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count >= 0 else { return nil }
    self.bytes = Array(bytes.prefix(count))
  }

  /// Why it cannot be run; `nil` if it can, as far as this tells.
  var flaw: String? {
    if bytes.starts(with: [0x7F] + "ELF".utf8) { return nil }
    guard bytes.starts(with: "#!".utf8) else {
      return "is neither a program of this system nor a script: it does not begin with '#!'"
    }
    let line = bytes.dropFirst(2).prefix { $0 != 0x0A && $0 != 0 }
    guard line.last != 0x0D else {
      return
        "ends its first line with a carriage return, as Windows does, which becomes part of its interpreter's name"
    }
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    guard let name = words.first.map({ String(decoding: $0, as: UTF8.self) }) else {
      return "names no interpreter behind its '#!'"
    }
    var status = stat()
    guard stat(name, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(name, X_OK) == 0 else {
      return "is a script for '\(name)', which is no program that this user may run"
    }
    return nil
  }
}
