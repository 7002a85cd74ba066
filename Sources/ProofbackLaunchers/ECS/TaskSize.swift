import ProofbackCore

/// What a task is given: the smallest of Fargate's sizes that fits, which instances take as well
/// (docs.aws.amazon.com/AmazonECS, "Task CPU and memory").
struct TaskSize: Sendable, Equatable {
  /// 1024 a processor.
  var cpu: Int
  var memoryMiB: Int
  /// Fargate's own disk; nil: the instance's.
  var storageGiB: Int?
  private var needs: RunNeeds

  /// Processors' units, and the memory that may go with them, MiB.
  private static let sizes: [(cpu: Int, memory: [Int])] = [
    (1024, Array(stride(from: 2048, through: 8192, by: 1024))),
    (2048, Array(stride(from: 4096, through: 16_384, by: 1024))),
    (4096, Array(stride(from: 8192, through: 30_720, by: 1024))),
    (8192, Array(stride(from: 16_384, through: 61_440, by: 4096))),
    (16_384, Array(stride(from: 32_768, through: 122_880, by: 8192))),
  ]
  /// For what decodes and the worker, beside the sandbox.
  private static let ownMemory = 700_000_000.0
  /// For the tools of the DBMS and programs of ours, in containers of their own.
  private static let besideMemory = 600_000_000.0
  private static let storages = 21...200

  /// - Parameter hasNeighbours: whether the DBMS and its tools are in containers of their own.
  /// - Throws: `RunTrouble` when there is none so large.
  init(_ needs: RunNeeds, _ capacity: ECSOptions.Capacity, hasNeighbours: Bool) throws {
    self.needs = needs
    let own = Self.ownMemory + (hasNeighbours ? Self.besideMemory : 0)
    let memory = Int(((Double(needs.memoryBytes) + own) / 1_048_576).rounded(.up))
    let fits = Self.sizes.lazy.compactMap { size in
      size.memory.first { $0 >= memory }.map { (cpu: size.cpu, memory: $0) }
    }.first
    guard let fits else {
      throw RunTrouble(AWSFindings.tooSmall, "\(memory) MiB of memory are needed, and a task has 122880 at most")
    }
    (cpu, memoryMiB) = (fits.cpu, fits.memory)
    guard capacity == .fargate else { return }
    let disk = max(Int((Double(needs.diskBytes) / 1_073_741_824).rounded(.up)) + 2, Self.storages.lowerBound)
    guard Self.storages.contains(disk) else {
      throw RunTrouble(
        AWSFindings.tooSmall, "\(disk) GiB of disk are needed, and a task on Fargate has 200 at most",
        hint: "let it run on EC2, or lower the disk that the restore test asks for")
    }
    storageGiB = disk
  }

  /// Beside neighbours what the DBMS's server may have, MiB: what is left beside the others.
  var serverMiB: Int { memoryMiB - Int(((Self.ownMemory + Self.besideMemory) / 1_048_576).rounded(.up)) }

  /// What was chosen and why, for the run.
  func finding(_ task: String, _ options: ECSOptions, _ database: String? = nil) -> Finding {
    AWSFindings.machine.finding(
      "carried out as task \(task) of \(options.cluster) in \(options.region)",
      evidence: [
        "needed, by \(needs.basis): \(Quantity.text(bytes: needs.memoryBytes)) of memory, "
          + "\(Quantity.text(bytes: needs.diskBytes)) of disk, at most \(Quantity.text(seconds: needs.seconds))",
        "\(cpu) units of processor, \(memoryMiB) MiB of memory"
          + (storageGiB.map { ", \($0) GiB of disk" } ?? ", the instance's disk")
          + ": the smallest of ECS's sizes that fits",
        (options.capacity == .fargate ? "on Fargate" : "on an instance of the cluster")
          + (database.map { ", beside containers of the image \($0)" } ?? ", in a privileged container"),
      ])
  }
}
