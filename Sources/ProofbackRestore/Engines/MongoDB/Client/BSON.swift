import CMongoC

/// A document that libbson owns: commands, their replies, index specifications.
final class BSON {
  let pointer: OpaquePointer

  init() { pointer = bson_new() }

  /// Nil when `json` is no extended JSON.
  init?(json: UnsafeBufferPointer<UInt8>) {
    var error = bson_error_t()
    guard !json.isEmpty, let made = bson_new_from_json(json.baseAddress, json.count, &error) else { return nil }
    pointer = made
  }

  init(copying document: OpaquePointer) { pointer = bson_copy(document) }

  fileprivate init?(data: UnsafePointer<UInt8>?, length: UInt32) {
    guard let data, let made = bson_new_from_data(data, Int(length)) else { return nil }
    pointer = made
  }

  deinit { bson_destroy(pointer) }

  @discardableResult func set(_ name: String, _ text: String) -> BSON {
    bson_append_utf8(pointer, name, -1, text, Int32(text.utf8.count))
    return self
  }
  @discardableResult func set(_ name: String, _ number: Int32) -> BSON {
    bson_append_int32(pointer, name, -1, number)
    return self
  }
  @discardableResult func set(_ name: String, _ flag: Bool) -> BSON {
    bson_append_bool(pointer, name, -1, flag)
    return self
  }
  @discardableResult func set(_ name: String, _ document: BSON) -> BSON {
    bson_append_document(pointer, name, -1, document.pointer)
    return self
  }
  @discardableResult func set(_ name: String, array: [BSON]) -> BSON {
    let list = BSON()
    for (index, element) in array.enumerated() { list.set(String(index), element) }
    bson_append_array(pointer, name, -1, list.pointer)
    return self
  }

  /// The value of another document's field.
  @discardableResult func set(_ name: String, _ field: BSONField) -> BSON {
    bson_append_iter(pointer, name, -1, field.iterator)
    return self
  }

  /// Appends the fields of `other`, as they stand, but those in `without`.
  @discardableResult func setAll(of other: BSON, without: Set<String> = []) -> BSON {
    other.forEachField { field in
      if !without.contains(field.name) { bson_append_iter(pointer, field.name, -1, field.iterator) }
    }
    return self
  }

  func forEachField(_ body: (BSONField) throws -> Void) rethrows {
    let field = BSONField()
    guard bson_iter_init(field.iterator, pointer) else { return }
    while bson_iter_next(field.iterator) { try body(field) }
  }

  subscript(name: String) -> BSONField? {
    let field = BSONField()
    return bson_iter_init_find(field.iterator, pointer, name) ? field : nil
  }

  func text(_ name: String) -> String? { self[name]?.text }
  func number(_ name: String) -> Int64? { self[name]?.number }
  func flag(_ name: String) -> Bool? { number(name).map { $0 != 0 } }
  func document(_ name: String) -> BSON? { self[name]?.document }

  /// The documents of an array.
  func documents(_ name: String) -> [BSON] {
    var found: [BSON] = []
    document(name)?.forEachField { field in
      if let element = field.document { found.append(element) }
    }
    return found
  }

  /// Bytes of a document that the driver lends.
  static func length(of document: OpaquePointer) -> UInt64 {
    UInt64(BSONDocument.int32(UnsafeRawBufferPointer(start: bson_get_data(document), count: 4), 0))
  }

  /// A document that the driver fills in, for the time of `body`. The driver initialises it whatever the outcome.
  static func filled<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: PROOFBACK_BSON_SIZE, alignment: PROOFBACK_BSON_ALIGNMENT)
    defer { memory.deallocate() }
    let document = OpaquePointer(memory)
    defer { bson_destroy(document) }
    return try body(document)
  }
}

/// A place in a document; valid as long as that.
final class BSONField {
  let iterator: OpaquePointer
  private let memory: UnsafeMutableRawPointer

  fileprivate init() {
    memory = .allocate(
      byteCount: PROOFBACK_BSON_ITER_SIZE, alignment: PROOFBACK_BSON_ALIGNMENT)
    iterator = OpaquePointer(memory)
  }

  deinit { memory.deallocate() }

  var name: String { String(cString: bson_iter_key(iterator)) }

  var text: String? {
    guard bson_iter_type(iterator) == BSON_TYPE_UTF8 else { return nil }
    return bson_iter_utf8(iterator, nil).map { String(cString: $0) }
  }

  /// Any kind of number or truth value.
  var number: Int64? {
    switch bson_iter_type(iterator) {
    case BSON_TYPE_INT32, BSON_TYPE_INT64, BSON_TYPE_BOOL: bson_iter_as_int64(iterator)
    case BSON_TYPE_DOUBLE: Int64(exactly: bson_iter_double(iterator).rounded())
    default: nil
    }
  }

  var document: BSON? {
    var length: UInt32 = 0
    var data: UnsafePointer<UInt8>?
    switch bson_iter_type(iterator) {
    case BSON_TYPE_DOCUMENT: bson_iter_document(iterator, &length, &data)
    case BSON_TYPE_ARRAY: bson_iter_array(iterator, &length, &data)
    default: return nil
    }
    return BSON(data: data, length: length)
  }
}
