import ProofbackCore

/// Which machines would do for a run, the cheapest first, and the volume that each of them gets.
struct MachineChoice: Sendable, Equatable {
  /// gp3 (docs.aws.amazon.com, "General Purpose SSD volumes"): throughput in MiB a second, of which the least is free.
  struct Volume: Sendable, Equatable {
    var sizeGiB: Int
    var throughput: Int
    static let throughputs = 125...1000
    static let largestGiB = 16_384
  }

  var types: [MachineType]
  var volume: Volume
  /// Of the types that were allowed.
  private var allowed: Int
  private var needs: RunNeeds
  private var prices: PriceList
  private var containerImage: String?

  /// For the system, the worker and what decodes, beside the sandbox.
  private static let ownMemory = 1_000_000_000.0
  private static let ownDisk = 8_000_000_000.0
  /// For a container image, packed and unpacked.
  private static let imageDisk = 8_000_000_000.0
  /// Machine images with Docker have volumes of up to so much, and a smaller one can't be made of them (ECS-optimized Amazon
  /// Linux 2023: docs.aws.amazon.com/AmazonECS/latest/developerguide/al2-storage.html).
  private static let imageGiB = 30
  private static let gibibyte = 1_073_741_824.0

  /// - Throws: `RunTrouble` when none is large enough.
  /// - Parameters:
  ///   - prices: by which the cheapest is found.
  ///   - containerImage: that the worker runs in a container of.
  init(
    _ needs: RunNeeds, allowed: [MachineType], prices: PriceList = PriceList(EC2Prices.all),
    containerImage: String? = nil
  ) throws {
    self.needs = needs
    self.containerImage = containerImage
    self.prices = prices
    self.allowed = allowed.count
    let memory = (Double(needs.memoryBytes) + Self.ownMemory) / Self.gibibyte
    types = allowed.filter { $0.memoryGiB >= memory }.sorted {
      (prices.perHour(EC2Prices.use($0)), $0.name) < (prices.perHour(EC2Prices.use($1)), $1.name)
    }
    guard !types.isEmpty else {
      let largest = allowed.max { $0.memoryGiB < $1.memoryGiB }
      throw RunTrouble(
        AWSFindings.tooSmall,
        "\(Self.text(memory)) GiB of memory are needed, and \(largest.map { "\($0.name) has \(Self.text($0.memoryGiB))" } ?? "no type is allowed")"
      )
    }
    let disk = Double(needs.diskBytes) + Self.ownDisk + (containerImage == nil ? 0 : Self.imageDisk)
    let size = max(Int((disk / Self.gibibyte).rounded(.up)), containerImage == nil ? 0 : Self.imageGiB)
    guard size <= Volume.largestGiB else {
      throw RunTrouble(
        AWSFindings.tooSmall, "\(size) GiB of disk are needed, and a volume has \(Volume.largestGiB) at most")
    }
    // Everything is written once and read once, in half of the time.
    let rate = Double(needs.diskBytes) * 4 / max(needs.seconds, 1) / 1_048_576
    let throughput = min(max(Int(rate.rounded(.up)), Volume.throughputs.lowerBound), Volume.throughputs.upperBound)
    volume = Volume(sizeGiB: size, throughput: throughput)
  }

  /// What was chosen and why, for the run.
  func finding(_ type: MachineType, in region: String, instance: String, isNear: Bool) -> Finding {
    let rank = types.firstIndex(of: type) ?? 0
    var evidence = [
      "needed, by \(needs.basis): \(Quantity.text(bytes: needs.memoryBytes)) of memory, "
        + "\(Quantity.text(bytes: needs.diskBytes)) of disk, at most \(Quantity.text(seconds: needs.seconds))",
      "of \(allowed) allowed types \(types.count) would do; "
        + (rank == 0 ? "this is the cheapest" : "AWS had none of the \(rank) cheaper ones free"),
      "about \(Quantity.text(dollars: prices.perHour(use(type)))) an hour by the price list, one processor busy",
      "a volume of \(volume.sizeGiB) GiB (gp3, \(volume.throughput) MiB/s, encrypted)",
    ]
    if let containerImage { evidence.append("the worker in a container of \(containerImage)") }
    if !isNear { evidence.append("the bucket is in a region that the workplace may not use: its bytes cross regions") }
    return AWSFindings.machine.finding("carried out on \(type.name) in \(region), \(instance)", evidence: evidence)
  }

  /// What such a machine is paid by.
  func use(_ type: MachineType) -> MachineUse { EC2Prices.use(type, diskGiB: volume.sizeGiB) }

  /// At most three digits behind the point.
  private static func text(_ number: Double) -> String {
    let thousandths = Int((number * 1000).rounded(.up))
    guard thousandths % 1000 != 0 else { return "\(thousandths / 1000)" }
    var digits = String(thousandths % 1000 + 1000).dropFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(thousandths / 1000).\(digits)"
  }
}
