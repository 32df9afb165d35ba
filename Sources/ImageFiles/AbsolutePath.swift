internal import Glibc
internal import SystemPackage

/// The path from the root: what is kept for a later run, which may begin elsewhere. Nothing is followed, and nothing taken
/// out: behind a symbolic link `..` is not what the letters say.
package func absolutePath(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let name = getcwd(nil, 0) else { return path }
  defer { free(name) }
  // A string could hold something like it only, which would be the path of another.
  guard let here = String(validatingCString: name) else { return path }
  // `FilePath` drops it, and with it that a directory is meant.
  return FilePath(here).appending(path).string + (path.hasSuffix("/") ? "/" : "")
}

/// Whether the path of the working directory is no text in UTF-8, so that nothing can be called by a whole path from there.
package func isWorkingDirectoryUntold() -> Bool {
  guard let name = getcwd(nil, 0) else { return false }
  defer { free(name) }
  return String(validatingCString: name) == nil
}
