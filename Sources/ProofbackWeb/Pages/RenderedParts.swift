import Mustache
import Synchronization

/// A part of a page that has a template of its own, such as a line of a list. Equal parts look the same: what differs
/// between two visits, a form's token for one, is none of it.
protocol PagePart: Hashable, Sendable {
  static var template: String { get }
}

/// Parts of pages as HTML. A list is asked for again and again while few of its rows change, and a template takes far
/// longer than a look into a table: what was rendered lately is kept, up to a size.
final class RenderedParts: Sendable {
  /// What was asked for lately, and what was before that: the older half is forgotten as a whole.
  private struct Kept {
    var recent: [AnyHashable: String] = [:]
    var recentBytes = 0
    var older: [AnyHashable: String] = [:]
    var olderBytes = 0
  }

  /// Bytes of HTML in each half; a part's model takes about as much again.
  private static let most = 4_000_000

  private let kept = Mutex(Kept())
  private let library: MustacheLibrary

  init(_ library: MustacheLibrary) { self.library = library }

  /// Bytes of HTML that are kept.
  var size: Int { kept.withLock { $0.recentBytes + $0.olderBytes } }

  func html<Part: PagePart>(_ part: Part) -> String {
    if let known = known(part) { return known }
    let html = library.render(PageValues.make(part) ?? part, withTemplate: Part.template) ?? ""
    kept.withLock { kept in Self.keep(html, part, in: &kept) }
    return html
  }

  func html(_ parts: [some PagePart]) -> String {
    var html = ""
    for part in parts { html += self.html(part) }
    return html
  }

  private func known(_ part: some PagePart) -> String? {
    kept.withLock { kept in
      if let html = kept.recent[part] { return html }
      guard let html = kept.older[part] else { return nil }
      Self.keep(html, part, in: &kept)
      return html
    }
  }

  private static func keep(_ html: String, _ part: some PagePart, in kept: inout Kept) {
    if kept.recentBytes >= most {
      (kept.older, kept.olderBytes) = (kept.recent, kept.recentBytes)
      (kept.recent, kept.recentBytes) = ([:], 0)
    }
    if kept.recent.updateValue(html, forKey: part) == nil { kept.recentBytes += html.utf8.count }
  }
}
