import Foundation

/// Something that is paid by the hour.
public struct PriceItem: Sendable, Equatable {
  /// Stable: `ec2.t3.medium`.
  public var name: String
  /// For people: `t3.medium`, `a GB of memory`.
  public var title: String
  /// US dollars an hour.
  public var dollars: Double
  /// Where and when the figure was read.
  public var source: String

  public init(_ name: String, _ title: String, dollars: Double, source: String) {
    self.name = name
    self.title = title
    self.dollars = dollars
    self.source = source
  }
}

/// What is paid for: the product's figures, and those that managers have put in their place.
public struct PriceList: Sendable, Equatable {
  public var items: [PriceItem]
  /// By the items' names.
  public var own: [String: Double]

  public init(_ items: [PriceItem] = [], own: [String: Double] = [:]) {
    self.items = items
    self.own = own
  }

  /// Dollars an hour; nil: nobody knows.
  public func dollars(_ name: String) -> Double? { own[name] ?? items.first { $0.name == name }?.dollars }

  /// Dollars an hour of all that a machine has.
  public func perHour(_ use: MachineUse) -> Double {
    use.units.reduce(0) { $0 + $1.value * (dollars($1.key) ?? 0) }
  }
}

/// What a machine is paid by.
public struct MachineUse: Sendable, Equatable {
  /// For people: `t3.medium`, `1 vCPU, 3 GB`.
  public var machine: String
  /// How many there are of each item of the price list.
  public var units: [String: Double]

  public init(machine: String, units: [String: Double]) {
    self.machine = machine
    self.units = units
  }
}

/// What a run cost by the price list; not what is on the bill.
public struct RunCost: Sendable, Codable, Equatable {
  /// Platforms bill a minute at least.
  public static let leastSeconds = 60.0

  public var machine: String
  /// From its start to the run's end.
  public var seconds: Double
  /// US dollars.
  public var dollars: Double

  public init(machine: String, seconds: Double, dollars: Double) {
    self.machine = machine
    self.seconds = seconds
    self.dollars = dollars
  }
}

/// What runs of a workplace cost in a month of UTC.
public struct MonthlyCost: Sendable, Equatable {
  /// `2026-11`
  public var month: String
  public var runs: Int
  /// Of machines.
  public var seconds: Double
  public var dollars: Double

  public init(month: String, runs: Int, seconds: Double, dollars: Double) {
    self.month = month
    self.runs = runs
    self.seconds = seconds
    self.dollars = dollars
  }
}

extension Quantity {
  /// `$12.34`, `$0.0047`: two digits that say something.
  public static func text(dollars: Double) -> String {
    if dollars >= 0.995 || dollars <= 0 { return "$" + fixed(dollars, 2) }
    return "$" + fixed(dollars, dollars >= 0.0995 ? 2 : dollars >= 0.00995 ? 3 : 4)
  }

  private static func fixed(_ number: Double, _ digits: Int) -> String {
    let text = String(Int64((number * pow(10, Double(digits))).rounded()))
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
  }
}
