/// One line of a select.
struct Choice: Sendable {
  var value: String
  var label: String
  var isChosen: Bool
}
