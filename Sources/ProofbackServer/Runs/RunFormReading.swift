import Foundation
import ProofbackCore

/// Turns what a form says into a definition. Every field is looked at: all that is wrong is said at once.
struct RunFormReading {
  private static let mostKeys = 50
  private let form: RunRequests.Form
  private let facilities: Facilities
  private var problems: [FormProblem] = []

  init(_ form: RunRequests.Form, _ facilities: Facilities) {
    self.form = form
    self.facilities = facilities
  }

  /// - Throws: `FormProblems`.
  func definition() throws -> RestoreTestDefinition {
    var reading = self
    let definition = reading.read()
    guard reading.problems.isEmpty else { throw FormProblems(reading.problems) }
    return definition
  }

  private mutating func read() -> RestoreTestDefinition {
    length("location", form.location, 4096)
    length("file", form.file, 255)
    var definition = RestoreTestDefinition(
      server: form.server.isEmpty ? nil : form.server, location: form.location.trimmingCharacters(in: .whitespaces))
    definition.filePattern = form.file.isEmpty ? nil : form.file
    definition.passphrase = form.passphrase.isEmpty ? nil : form.passphrase
    definition.proofKey = form.proofKey.isEmpty ? nil : form.proofKey
    definition.decryptionKeys = keys()
    definition.type = type()
    definition.maxAgeSeconds = seconds("maxAge", form.maxAge, 1...1e10)
    definition.minSizeBytes = bytes("minSize", form.minSize, 1...UInt64(1e18))
    definition.encryption = EncryptionPolicy(isRequired: form.requireEncryption, recipients: recipients()).ifAny
    definition.volatileTables = volatileTables()
    definition.tolerances = tolerances()
    definition.checks = checks()
    definition.opensslCipher = cipher()
    definition.depth = depth() ?? .full
    definition.limits = limits()
    definition.workplace = form.workplace.isEmpty ? nil : form.workplace
    (definition.sandbox, definition.image) = sandbox()
    definition.engineOptions = options()
    return definition
  }

  private mutating func refuse(_ field: String, _ fact: String, _ hint: String = "") {
    problems.append(FormProblem(field, fact, hint: hint))
  }

  private mutating func length(_ field: String, _ text: String, _ most: Int) {
    if text.utf8.count > most { refuse(field, "it has \(text.utf8.count) bytes", "\(most) are allowed") }
  }

  private mutating func keys() -> [String] {
    if form.decryptionKeys.count > Self.mostKeys {
      refuse("decryptionKeys", "they are \(form.decryptionKeys.count)", "\(Self.mostKeys) are allowed")
    }
    var seen: Set<String> = []
    return form.decryptionKeys.filter { seen.insert($0).inserted }
  }

  private mutating func type() -> DatabaseType? {
    guard !form.type.isEmpty else { return nil }
    let type = facilities.types.first { $0.rawValue == form.type }
    if type == nil {
      refuse(
        "type", "there is no type \(UntrustedText.line(form.type, limit: 40))",
        facilities.types.map(\.rawValue).joined(separator: ", "))
    }
    return type
  }

  private mutating func recipients() -> [Recipient] {
    let lines = form.recipients.split(whereSeparator: \.isNewline).map(String.init).filter {
      !$0.trimmingCharacters(in: .whitespaces).isEmpty
    }
    if lines.count > Recipient.most {
      refuse("recipients", "they are \(lines.count)", "\(Recipient.most) are allowed")
      return []
    }
    var recipients: [Recipient] = []
    for line in lines {
      do {
        let recipient = try Recipient(line)
        if !recipients.contains(recipient) { recipients.append(recipient) }
      } catch {
        refuse("recipients", error.fact, error.hint)
        break
      }
    }
    return recipients
  }

  private mutating func volatileTables() -> [String]? {
    do {
      let names = try VolatileTables.parse(form.volatileTables)
      return names.isEmpty ? nil : names
    } catch {
      refuse("volatileTables", error.fact, error.hint)
      return nil
    }
  }

  private mutating func tolerances() -> [Tolerance: Double]? {
    do {
      let tolerances = try ToleranceText.parse(list: form.tolerances)
      return tolerances.isEmpty ? nil : tolerances
    } catch {
      refuse("tolerances", "\(error)")
      return nil
    }
  }

  private mutating func checks() -> [Check]? {
    do {
      let checks = try Check.list(form.checks.split(whereSeparator: \.isNewline).map(String.init))
      return checks.isEmpty ? nil : checks
    } catch {
      refuse("checks", error.fact, error.hint)
      return nil
    }
  }

  private mutating func sandbox() -> (kind: String?, image: String?) {
    let image = form.image.trimmingCharacters(in: .whitespaces)
    if !image.isEmpty, !ImageName.isName(image) {
      refuse("image", "\(UntrustedText.line(image, limit: 100)) is no image's name", "for example mysql:8.4")
    }
    let names = (kind: form.sandbox.isEmpty ? nil : form.sandbox, image: image.isEmpty ? nil : image)
    guard let kind = facilities.sandbox(named: names.kind, image: names.image) else {
      if names != (nil, nil) {
        refuse(
          "sandbox", "there is no sandbox \(UntrustedText.line(form.sandbox, limit: 40))",
          facilities.sandboxes.map(\.name).joined(separator: ", "))
      }
      return (nil, nil)
    }
    if names.image != nil, !kind.usesImages {
      refuse("image", "an image goes into a container, not into \(kind.title)", "leave one of the two out")
    }
    return names
  }

  private mutating func cipher() -> String? {
    guard !form.opensslCipher.isEmpty else { return nil }
    let cipher = OpenSSLCipher.named(form.opensslCipher)
    if cipher == nil {
      refuse(
        "opensslCipher", "there is no cipher \(UntrustedText.line(form.opensslCipher, limit: 40)) here",
        "aes-256-cbc, aes-256-ctr and others that openssl enc -list names")
    }
    return cipher
  }

  private mutating func depth() -> Depth? {
    guard !form.depth.isEmpty else { return nil }
    let depth = Depth(rawValue: form.depth)
    if depth == nil {
      refuse("depth", "there is no depth \(UntrustedText.line(form.depth, limit: 40))", "full or sampled")
    }
    return depth
  }

  /// What a run needs as a rule, but where the form says otherwise.
  private mutating func limits() -> Limits {
    var limits = Limits()
    limits.seconds = seconds("timeout", form.timeout, 60...30 * 86_400) ?? limits.seconds
    limits.memoryBytes = bytes("memory", form.memory, 64_000_000...UInt64(1e13)) ?? limits.memoryBytes
    limits.diskBytes = bytes("disk", form.disk, 64_000_000...UInt64(1e15)) ?? limits.diskBytes
    return limits
  }

  private mutating func options() -> [String: String] {
    var options: [String: String] = [:]
    for (name, value) in form.options.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      let field = "option-\(name)"
      guard let schema = facilities.options.first(where: { $0.name == name }) else {
        refuse("options", "there is no option \(UntrustedText.line(name, limit: 40))")
        continue
      }
      guard schema.accepts(value) else {
        refuse(
          field, "\(UntrustedText.line(value, limit: 40)) is not allowed",
          "at most \(schema.maximumLength) letters, digits, _, - and .")
        continue
      }
      options[name] = value
    }
    return options
  }

  private mutating func seconds(_ field: String, _ text: String, _ range: ClosedRange<Double>) -> Double? {
    within(
      range, field, text, Quantity.seconds(text), "time", "write 30m, 26h or 7d", Quantity.written(seconds:))
  }

  private mutating func bytes(_ field: String, _ text: String, _ range: ClosedRange<UInt64>) -> UInt64? {
    within(range, field, text, Quantity.bytes(text), "size", "write 500MB, 2GB or 1TB", Quantity.written(bytes:))
  }

  /// Nil for a field that is empty, or refused.
  private mutating func within<Value>(
    _ range: ClosedRange<Value>, _ field: String, _ text: String, _ value: Value?, _ word: String, _ example: String,
    _ write: (Value) -> String
  ) -> Value? {
    guard !text.isEmpty else { return nil }
    let shown = UntrustedText.line(text, limit: 40)
    guard let value else {
      refuse(field, "\(shown) is no \(word)", example)
      return nil
    }
    guard range.contains(value) else {
      refuse(field, "\(shown) can't be", "from \(write(range.lowerBound)) to \(write(range.upperBound))")
      return nil
    }
    return value
  }
}
