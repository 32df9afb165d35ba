/// The strategies that chains may name, in a fixed order.
public struct StrategyCatalog: Sendable {
  public private(set) var strategies: [any MigrationStrategy]

  /// Later entries replace earlier ones of the same name.
  public init(_ strategies: [any MigrationStrategy]) {
    self.strategies = []
    for strategy in strategies { add(strategy) }
  }

  public mutating func add(_ strategy: any MigrationStrategy) {
    if let index = index(of: strategy.name) {
      strategies[index] = strategy
    } else {
      strategies.append(strategy)
    }
  }

  public var names: [String] { strategies.map(\.name) }

  public func index(of name: String) -> Int? { strategies.firstIndex { $0.name == name } }

  public subscript(name: String) -> (any MigrationStrategy)? { index(of: name).map { strategies[$0] } }
}
