import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

/// What all commands that speak to a server have in common.
enum ClientSession {
  /// Works with the server that `proofback login` remembered. What goes wrong is said and ends with 2, or
  /// with 64 when it is what the command line says.
  static func run(_ work: (Connection) async throws -> Void) async throws {
    try await explaining {
      let settings = try ClientSettings.load(ClientSettings.file(ProcessInfo.processInfo.environment))
      try await Connection.with(settings, work)
    }
  }

  static func explaining(_ work: () async throws -> Void) async throws {
    do { try await work() } catch let error as ClientError where !error.fields.isEmpty {
      StandardError.write(FieldNames.text(error.fields) + "\n")
      throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.usage.rawValue)
    } catch let error as ClientError {
      let hint = error.hint.isEmpty ? "" : "\nnext: \(error.hint)"
      StandardError.write("\(error.fact)\(hint)\n")
      throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.inconclusive.rawValue)
    }
  }

  /// The item of a list that a name or an id means.
  /// - Parameter list: the command that shows them all.
  static func find(
    _ name: String, in items: [JSON], _ what: String, field: String = "name", list: String
  ) throws -> JSON {
    if let found = item(name, in: items, field: field) { return found }
    throw ClientError(
      "there is no \(what) \(UntrustedText.line(name, limit: 100))", hint: "\(list) shows what there is")
  }

  static func item(_ name: String, in items: [JSON], field: String = "name") -> JSON? {
    if let exact = items.first(where: { $0["id"]?.text == name }) { return exact }
    return items.first { $0[field]?.text.lowercased() == name.lowercased() }
  }
}

/// How answers are written.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(help: "text or json.")
  var format: Format = .text

  /// A list as a table, or as the server says it.
  func show(_ items: [JSON], _ columns: [(title: String, value: (JSON) -> String)]) throws {
    if format == .json { return print(try JSONText.render(.list(items))) }
    let rows =
      [columns.map(\.title)] + items.map { item in columns.map { UntrustedText.line($0.value(item), limit: 60) } }
    let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      print(cells.joined(separator: "  ").replacing(/[ ]+$/, with: ""))
    }
  }

  /// One thing, a line for each of its fields.
  func show(_ item: JSON) throws {
    if format == .json { return print(try JSONText.render(item)) }
    guard case .object(let fields) = item else { return }
    let width = fields.keys.map(\.count).max() ?? 0
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      let text = value.items.isEmpty ? value.text : value.items.map(\.text).joined(separator: ", ")
      let label = UntrustedText.line(name) + String(repeating: " ", count: max(0, width - name.count))
      if !text.isEmpty { print("\(label)  \(UntrustedText.line(text, limit: 1000))") }
    }
  }
}

/// JSON that a terminal shows as it is.
enum JSONText {
  static func render(_ value: JSON) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var text = ""
    for scalar in String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars {
      // What would be escaped as text is escaped as JSON: it stands in strings only.
      if scalar != "\n", UntrustedText.line(String(scalar)) != String(scalar) {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
