internal import ArgumentParser

struct Sweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates a scenario at many points: what does the result hang on?",
    discussion: """
      In one go, whose options `fleetshift sweep once --help` lists, or in steps that several machines share:

        fleetshift sweep mine.yaml --over 'limits.host-out=1,2,4' --over 'fleet.vms.count=40..80'
        fleetshift sweep mine.yaml --solve 'p99(downtime) = 30 s' --by limits.host-out --from 1 --to 16

        fleetshift sweep plan mine.yaml --over 'limits.host-out=1,2,4' -o DIR
        fleetshift sweep run DIR                 here, or
        fleetshift sweep submit DIR --slurm      on a cluster; then
        fleetshift sweep merge DIR

      Every point meets the same chance, so differences between points are the parameters'. However the work is cut and \
      wherever it is done, the result is the same to the byte.
      """,
    subcommands: [
      SweepOnce.self, SweepPlan.self, SweepRun.self, SweepShard.self, SweepSubmit.self, SweepStatus.self,
      SweepMissing.self, SweepMerge.self,
    ],
    defaultSubcommand: SweepOnce.self)
}
