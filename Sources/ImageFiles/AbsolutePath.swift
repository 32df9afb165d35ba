internal import Glibc
internal import SystemPackage

/// The path from the root: what is kept for a later run, which may begin elsewhere. Nothing is followed, and nothing taken
/// out: behind a symbolic link `..` is not what the letters say.
package func absolutePath(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let here = getcwd(nil, 0) else { return path }
  defer { free(here) }
  // `FilePath` drops it, and with it that a directory is meant.
  return FilePath(String(cString: here)).appending(path).string + (path.hasSuffix("/") ? "/" : "")
}
