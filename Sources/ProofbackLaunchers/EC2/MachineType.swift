/// An instance type, as far as choosing one takes it. All are x86_64: workers are the server's own program.
struct MachineType: Sendable, Equatable {
  var name: String
  var processors: Int
  var memoryGiB: Double
  /// US dollars an hour on demand, Linux, us-east-1 (aws.amazon.com/ec2/pricing/on-demand, 2026). Other regions cost more, in
  /// much the same proportion.
  var price: Double
  /// Share of each processor that burstable types have without paying more (docs.aws.amazon.com, "Key concepts for
  /// burstable performance instances"); nil: all of it.
  var baseline: Double?

  static let known: [MachineType] = [
    MachineType(name: "t3.small", processors: 2, memoryGiB: 2, price: 0.0208, baseline: 0.2),
    MachineType(name: "t3.medium", processors: 2, memoryGiB: 4, price: 0.0416, baseline: 0.2),
    MachineType(name: "t3.large", processors: 2, memoryGiB: 8, price: 0.0832, baseline: 0.3),
    MachineType(name: "t3.xlarge", processors: 4, memoryGiB: 16, price: 0.1664, baseline: 0.4),
    MachineType(name: "t3.2xlarge", processors: 8, memoryGiB: 32, price: 0.3328, baseline: 0.4),
    MachineType(name: "c6i.large", processors: 2, memoryGiB: 4, price: 0.085),
    MachineType(name: "c6i.xlarge", processors: 4, memoryGiB: 8, price: 0.17),
    MachineType(name: "m6i.large", processors: 2, memoryGiB: 8, price: 0.096),
    MachineType(name: "m6i.xlarge", processors: 4, memoryGiB: 16, price: 0.192),
    MachineType(name: "m6i.2xlarge", processors: 8, memoryGiB: 32, price: 0.384),
    MachineType(name: "m6i.4xlarge", processors: 16, memoryGiB: 64, price: 0.768),
    MachineType(name: "r6i.large", processors: 2, memoryGiB: 16, price: 0.126),
    MachineType(name: "r6i.xlarge", processors: 4, memoryGiB: 32, price: 0.252),
    MachineType(name: "r6i.2xlarge", processors: 8, memoryGiB: 64, price: 0.504),
    MachineType(name: "r6i.4xlarge", processors: 16, memoryGiB: 128, price: 1.008),
    MachineType(name: "r6i.8xlarge", processors: 32, memoryGiB: 256, price: 2.016),
  ]

  /// Processors' hours for which a burstable type takes more than its own price: a restore keeps one processor busy. What is
  /// burstable earns nothing before.
  var surplus: Double { baseline.map { max(0, 1 - $0 * Double(processors)) } ?? 0 }
}
