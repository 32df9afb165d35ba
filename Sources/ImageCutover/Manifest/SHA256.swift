internal import CLibCrypto

/// SHA-256 (FIPS 180-4) by OpenSSL's libcrypto, which uses the processor's own instructions for it.
final class SHA256 {
  static let size = 32

  private let context: OpaquePointer?

  init() {
    context = EVP_MD_CTX_new()
    begin()
  }

  deinit { EVP_MD_CTX_free(context) }

  private func begin() {
    // Both fail only where there is no memory, or no SHA-256 in the library.
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has SHA-256")
  }

  func add(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto takes bytes")
  }

  /// The digest of all that was added since the last one, in hexadecimal.
  func finish() -> String {
    var digest = [UInt8](repeating: 0, count: Self.size)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "libcrypto gives a digest")
    begin()
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  func digest(of bytes: UnsafeRawBufferPointer) -> String {
    add(bytes)
    return finish()
  }
}
