import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// A request's body: a JSON object whose fields become those of a form, so that pages and API go through the same rules.
struct APIBody: Sendable {
  /// How a field of a form is written in JSON.
  enum Kind: Sendable {
    case text
    case whole
    /// `true` or `false`.
    case truth
    /// A list of texts; the form has them with spaces between.
    case words
    /// A list of texts; the form has a line for each.
    case lines
    /// An object of texts, which `options` gives.
    case options
  }

  private var fields: [String: JSON] = [:]

  /// None.
  init() {}

  /// Reads it; a request without a body has no fields.
  init(_ request: Request, limit: Int) async throws {
    let buffer = try await request.body.collect(upTo: limit)
    guard buffer.readableBytes > 0 else { return }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    guard type.lowercased() == "application/json" else { throw Problem.mediaType }
    guard let value = try? JSONDecoder().decode(JSON.self, from: Data(buffer.readableBytesView)),
      case .object(let fields) = value
    else { throw Problem.syntax }
    self.fields = fields
  }

  /// The fields that were given, as a form has them. `null` is what an empty field of a form is.
  /// - Throws: `FormProblems` for fields that there are none of, or of another type.
  func form(_ kinds: [String: Kind]) throws -> [String: String] {
    var form: [String: String] = [:]
    var problems: [FormProblem] = []
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      switch (kinds[name], value) {
      case (nil, _): problems.append(FormProblem(UntrustedText.line(name, limit: 60), "there is no such field"))
      case (.some, .null): form[name] = ""
      case (.text, .text(let text)): form[name] = text
      case (.whole, .whole(let number)): form[name] = String(number)
      case (.truth, .truth(let truth)): form[name] = truth ? "true" : "false"
      case (.lines, .list(let list)):
        let lines = list.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let isPlain = lines.count == list.count && lines.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isNewline) }
        if isPlain { form[name] = lines.joined(separator: "\n") } else { problems.append(Self.wrong(name, .lines)) }
      case (.words, .list(let list)):
        let words = list.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let isPlain =
          words.count == list.count && words.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
        if isPlain { form[name] = words.joined(separator: " ") } else { problems.append(Self.wrong(name, .words)) }
      case (.options, .object(let object)) where Self.texts(object).count == object.count: continue
      case (.some(let kind), _): problems.append(Self.wrong(name, kind))
      }
    }
    if !problems.isEmpty { throw FormProblems(problems) }
    return form
  }

  private static func wrong(_ name: String, _ kind: Kind) -> FormProblem {
    switch kind {
    case .text: FormProblem(name, "it is no text")
    case .whole: FormProblem(name, "it is no whole number")
    case .truth: FormProblem(name, "it is neither true nor false")
    case .lines: FormProblem(name, "it is no list of lines")
    case .words: FormProblem(name, "it is no list of words")
    case .options: FormProblem(name, "it is no object of texts")
    }
  }

  /// The texts of the object `options`.
  var options: [String: String] {
    if case .object(let object)? = fields["options"] { Self.texts(object) } else { [:] }
  }

  /// The same where it was given; `null` empties it.
  var givenOptions: [String: String]? {
    switch fields["options"] {
    case nil: nil
    case .object(let object)?: Self.texts(object)
    case .some: [:]
    }
  }

  private static func texts(_ object: [String: JSON]) -> [String: String] {
    object.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
  }

  /// For routes that take none.
  func none() throws { _ = try form([:]) }
}
