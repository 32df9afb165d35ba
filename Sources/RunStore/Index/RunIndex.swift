internal import FleetExperiments
internal import FleetSimulation
internal import Foundation
internal import GRDB

/// A run as an SQLite database, made of its shards and made anew whenever it is not theirs.
public struct RunIndex {
  private let queue: DatabaseQueue

  private static func path(in folder: RunFolder) -> String { folder.path + "/index.sqlite" }

  /// Where the index beside the shards is written until it is whole.
  package static func partial(in folder: RunFolder) -> String { path(in: folder) + DurableFile.suffix }

  /// The index beside the shards; made if there is none of this run.
  public init(of folder: RunFolder) throws {
    let path = RunIndex.path(in: folder)
    let stamp = folder.shardStamp
    if let queue = RunIndex.current(path, folder.manifest, stamp) {
      self.queue = queue
      return
    }
    try RunIndex.build(folder, path, stamp: stamp)
    queue = try RunIndex.opened(path)
  }

  /// Writes a database of its own, whole or not at all.
  ///
  /// - Parameter stamp: of the shards that it is made of, for the one that lies beside them.
  public static func build(_ folder: RunFolder, _ path: String, stamp: String? = nil) throws {
    do {
      var file = try DurableFile(path)
      try fill(file.partial ?? path, called: path, with: folder, stamp: stamp)
      try file.publish()
    } catch let error as POSIXError {
      throw RunStoreError(
        .io, "cannot write '\(path)': \(DurableFile.words(error))",
        remedy: "see that its folder is there, may be written to and has room")
    }
  }

  /// Makes a database of an empty file.
  package static func fill(
    _ path: String, called place: String, with folder: RunFolder, stamp: String? = nil
  ) throws {
    guard folder.isComplete else { throw folder.incomplete }
    do {
      var configuration = Configuration()
      // It is a copy: what a crash spoils has no name yet.
      configuration.prepareDatabase {
        try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { db in
        try IndexBuilder(db, folder).build()
        // In a table of its own, which is none of the run's: a database that is given away has none.
        guard let stamp else { return }
        try db.execute(sql: "CREATE TABLE made_of (stamp TEXT)")
        try db.execute(sql: "INSERT INTO made_of VALUES (?)", arguments: [stamp])
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw RunStoreError(
        .io, "cannot write '\(place)': \(error.message ?? "SQLite ended with \(error.resultCode)")",
        remedy: "see that its folder is there, may be written to and has room")
    }
  }

  private static func opened(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The index that is there, if it is of this very run and of this version, and of the shards as they are: one that was cut
  /// or changed since is to be read again, and refused if it is damaged.
  private static func current(_ path: String, _ manifest: RunManifest, _ stamp: String) -> DatabaseQueue? {
    guard FileManager.default.fileExists(atPath: path), let queue = try? opened(path) else { return nil }
    let found = try? queue.read { db in
      try Row.fetchAll(db, sql: "SELECT key, value FROM run WHERE key IN ('plan', 'index')")
        .map { "\($0[0] as String? ?? "")=\($0[1] as String? ?? "")" }
    }
    let made = try? queue.read { try String.fetchOne($0, sql: "SELECT stamp FROM made_of") }
    guard made == stamp else { return nil }
    return found?.sorted() == ["index=\(IndexTable.version)", "plan=\(manifest.plan)"] ? queue : nil
  }

  /// Gives a table's rows, one after the other: values as they are to be written.
  public func rows(of table: String, _ body: ([IndexValue]) throws -> Void) throws {
    try queue.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table)")
      while let row = try rows.next() {
        try body(row.databaseValues.map(IndexValue.init))
      }
    }
  }

  /// The names of a table's or a view's columns.
  public func columns(of table: String) throws -> [String] {
    try queue.read { try $0.columns(in: table).map(\.name) }
  }
}

/// A value of a table.
public enum IndexValue: Hashable, Sendable {
  case none
  case integer(Int64)
  case number(Double)
  case text(String)

  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null, .blob: self = .none
    case .int64(let value): self = .integer(value)
    case .double(let value): self = .number(value)
    case .string(let value): self = .text(value)
    }
  }
}
