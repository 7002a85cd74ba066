import ProofbackCore

/// What instances are paid by: their type, what burstable ones take over their baseline, and their volume.
enum EC2Prices {
  private static let source = "aws.amazon.com/ec2/pricing/on-demand, us-east-1, Linux, January 2026"
  private static let burst = "ec2.burst"
  private static let volume = "ec2.gp3"
  /// Hours that a month has where prices are by the month (aws.amazon.com/ebs/pricing).
  private static let hours = 730.0

  static let all: [PriceItem] =
    MachineType.known.map { PriceItem("ec2.\($0.name)", $0.name, dollars: $0.price, source: source) } + [
      PriceItem(burst, "a burstable type's processor over its baseline", dollars: 0.05, source: source),
      PriceItem(
        volume, "a GiB of its volume (gp3)", dollars: 0.08 / hours,
        source: "aws.amazon.com/ebs/pricing, us-east-1, January 2026"),
    ]

  static func use(_ type: MachineType, diskGiB: Int = 0) -> MachineUse {
    MachineUse(
      machine: type.name, units: ["ec2.\(type.name)": 1, burst: type.surplus, volume: Double(diskGiB)])
  }
}
