import ProofbackCore

/// What tasks are paid by. Those on instances are what they would cost on Fargate, unless a manager knows better.
enum ECSPrices {
  private static let source = "aws.amazon.com/fargate/pricing, us-east-1, Linux on x86, January 2026"

  static let all = [
    PriceItem("ecs.processor", "a task's processor", dollars: 0.04048, source: source),
    PriceItem("ecs.memory", "a GiB of a task's memory", dollars: 0.004445, source: source),
    PriceItem("ecs.disk", "a GiB of a task's disk over 20 (Fargate)", dollars: 0.000111, source: source),
  ]

  static func use(_ size: TaskSize) -> MachineUse {
    let (processors, memory) = (Double(size.cpu) / 1024, Double(size.memoryMiB) / 1024)
    return MachineUse(
      machine: "\(size.cpu / 1024) vCPU, \(size.memoryMiB / 1024) GiB",
      units: [
        "ecs.processor": processors, "ecs.memory": memory, "ecs.disk": Double(max(0, (size.storageGiB ?? 0) - 20)),
      ])
  }
}
