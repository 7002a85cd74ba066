/// A decoded event has texts of any length and with any characters in it: these bring them into bounds.
extension RunEvent {
  var escaped: RunEvent {
    switch self {
    case .located(let object): .located(object.escaped)
    case .finding(let finding): .finding(finding.escaped)
    case .log(let text): .log(UntrustedText.line(text, limit: 2000))
    case .heldOpen(let how, let until): .heldOpen(how: UntrustedText.line(how, limit: 2000), until: until)
    case .ended(let report): .ended(report.escaped)
    // A baseline is shown nowhere but in findings of later runs.
    case .stageStarted, .progress, .stageEnded, .measured: self
    }
  }
}

extension Finding {
  var escaped: Finding {
    var finding = Finding(
      code: FindingCode(UntrustedText.line(code.rawValue, limit: 64)), consequence: consequence, message: message,
      evidence: evidence, hint: hint)
    finding.status = status
    return finding
  }
}

extension SourceObject {
  var escaped: SourceObject {
    var object = self
    object.name = UntrustedText.line(name, limit: 1000)
    object.path = UntrustedText.line(path, limit: 4000)
    object.sha256 = sha256.map { UntrustedText.line($0, limit: 64) }
    return object
  }
}

extension RunReport {
  var escaped: RunReport {
    var report = self
    report.cause = cause.map { FindingCode(UntrustedText.line($0.rawValue, limit: 64)) }
    report.sentence = UntrustedText.line(sentence, limit: 1000)
    report.findings = findings.prefix(1000).map(\.escaped)
    report.stages = Array(stages.prefix(Stage.allCases.count))
    report.layers = layers.prefix(20).map { UntrustedText.line($0, limit: 40) }
    report.source = source?.escaped
    report.inventory = inventory?.escaped
    return report
  }
}

extension Inventory {
  fileprivate var escaped: Inventory {
    func names(_ names: [String]) -> [String] { names.map { UntrustedText.line($0) } }
    var inventory = self
    for index in tables.indices {
      inventory.tables[index].database = UntrustedText.line(tables[index].database)
      inventory.tables[index].name = UntrustedText.line(tables[index].name)
      inventory.tables[index].indexes = names(tables[index].indexes)
      inventory.tables[index].kind = tables[index].kind.map { UntrustedText.line($0) }
    }
    inventory.views = names(views)
    inventory.routines = names(routines)
    inventory.triggers = names(triggers)
    inventory.events = names(events)
    inventory.sequences = names(sequences)
    inventory.dumpTool = dumpTool.map { UntrustedText.line($0) }
    inventory.dumpServer = dumpServer.map { UntrustedText.line($0) }
    return inventory
  }
}
