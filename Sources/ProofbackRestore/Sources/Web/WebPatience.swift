/// How long a source on the web waits, and how often it tries again.
struct WebPatience: Sendable {
  /// Seconds for the connection.
  var connect = 20
  /// Seconds without a byte after which a service is given up.
  var answer = 90.0
  /// Seconds before each new try of a question that was not answered, or of bytes that broke off.
  var pauses = [1.0, 3.0, 9.0]
}
