/// A sweep as an indexed job of Kubernetes: one pod a shard, on a volume that all of them can write to.
///
/// Retries are counted by index (`backoffLimitPerIndex`, stable since Kubernetes 1.33), so one bad shard does not end
/// the others; pods that were only evicted do not count.
public struct KubernetesJob: Sendable {
  public var name: String
  public var image: String
  /// The persistent volume claim that holds the sweep's folder.
  public var claim: String
  /// The folder on that volume; empty for its root.
  public var folder: String
  public var shards: Int
  public var mostAtOnce: Int
  public var memory: String

  public init(
    name: String, image: String, claim: String, folder: String, shards: Int, mostAtOnce: Int, memory: String
  ) {
    (self.name, self.image, self.claim, self.folder) = (name, image, claim, folder)
    (self.shards, self.mostAtOnce, self.memory) = (shards, mostAtOnce, memory)
  }

  static let mount = "/sweeps"

  /// What `kubectl apply -f -` is given. Texts are in double quotes, as JSON has them, which YAML reads as they are.
  public var manifest: String {
    let path = folder.isEmpty ? KubernetesJob.mount : "\(KubernetesJob.mount)/\(folder)"
    return """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(SlurmArray.label(name))
      spec:
        completionMode: Indexed
        completions: \(shards)
        parallelism: \(min(mostAtOnce, shards))
        backoffLimitPerIndex: 3
        maxFailedIndexes: \(shards)
        podFailurePolicy:
          rules:
            - action: Ignore
              onPodConditions:
                - type: DisruptionTarget
            - action: FailIndex
              onExitCodes:
                containerName: shard
                operator: In
                values: [\(SlurmArray.hopeless.map(String.init).joined(separator: ", "))]
        template:
          spec:
            restartPolicy: Never
            containers:
              - name: shard
                image: \(JSONText.quoted(image))
                command: ["fleetshift", "sweep", "shard", \(JSONText.quoted(path)), "--of", "\(shards)"]
                resources:
                  requests:
                    cpu: "1"
                    memory: \(JSONText.quoted(memory))
                volumeMounts:
                  - name: sweeps
                    mountPath: \(KubernetesJob.mount)
            volumes:
              - name: sweeps
                persistentVolumeClaim:
                  claimName: \(JSONText.quoted(claim))

      """
  }
}
