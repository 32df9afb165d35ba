internal import ArgumentParser
internal import ScenarioFormat

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the JSON Schema of the scenario format, for editors.",
    discussion: """
      Save it, and name it in the first line of a scenario:
      # yaml-language-server: $schema=scenario.schema.json
      """)

  @Flag(help: "Print a reference page in Markdown instead.")
  var reference = false

  func run() throws {
    try Streams.output(reference ? ScenarioGrammar.reference : ScenarioGrammar.jsonSchema)
  }
}
