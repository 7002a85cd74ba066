/// Links to the pages of a list that is shown by number.
struct PageLinks: Sendable {
  struct Link: Sendable {
    var number: Int
    var isCurrent: Bool
  }

  /// The first, the last, and those around the current one.
  var links: [Link]
  /// Of more than one page.
  var isNeeded: Bool

  /// - Parameter page: from 1.
  init(page: Int, size: Int, items: Int) {
    let last = max(1, (items + size - 1) / size)
    let numbers = Set([1, last] + (page - 2...page + 2)).filter { (1...last).contains($0) }
    links = numbers.sorted().map { Link(number: $0, isCurrent: $0 == page) }
    isNeeded = last > 1
  }
}
