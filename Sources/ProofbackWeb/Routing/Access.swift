/// Who may ask for a page.
enum Access: Sendable, CaseIterable {
  /// Anybody.
  case open
  /// Whoever is logged in.
  case person
  case manager
}
