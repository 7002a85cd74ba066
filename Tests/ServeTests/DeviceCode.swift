import Foundation
import Testing

/// Codes at login, made as another program makes them.
enum DeviceCode {
  /// RFC 6238 in Python's own words.
  private static let program = """
    import base64, hmac, struct, sys, time
    key = base64.b32decode(sys.argv[1] + '=' * (-len(sys.argv[1]) % 8))
    step = int(time.time()) // 30 + int(sys.argv[2])
    digest = hmac.new(key, struct.pack('>Q', step), 'sha1').digest()
    at = digest[19] & 15
    print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000))
    """

  /// - Parameter step: half minutes from now.
  static func now(_ secret: String, step: Int = 0) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", program, secret, "\(step)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension Browser {
  /// Turns codes at login on.
  /// - Returns: the device's secret, and the page that shows the recovery codes.
  func turnCodesOn() async throws -> (secret: String, page: String) {
    _ = try await get("/account/codes")
    #expect(try await post("/account/codes", [:]).status == 303)
    let page = try await get("/account/codes").text
    let secret = String(try #require(page.firstMatch(of: /secret=([A-Z2-7]{32})/)).output.1)
    #expect(page.contains("otpauth://totp/Proofback%3A"))
    #expect(try await post("/account/codes/confirm", ["code": "000000"]).status == 422)
    // It still counts when its half minute ends on the way. The step after is left for a login.
    return (secret, try await post("/account/codes/confirm", ["code": try DeviceCode.now(secret)]).text)
  }
}
