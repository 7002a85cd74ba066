import Testing

@testable import ProofbackLaunchers

/// What AWS's words are taken for, where the code alone does not say.
@Suite struct AWSErrorTests {
  @Test(arguments: [
    (
      "InvalidSignatureException", "Signature expired: 20261128T010000Z is now earlier than 20261128T013000Z",
      "aws.clock-skew"
    ),
    ("SignatureDoesNotMatch", "Signature not yet current: 20261128T020000Z is still later than …", "aws.clock-skew"),
    (
      "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.",
      "aws.credentials-refused"
    ),
    ("InvalidSignatureException", "The request signature is wrong", "aws.credentials-refused"),
    (
      "InvalidParameterException", "Error retrieving subnet information for [subnet-1]: does not exist",
      "aws.no-network"
    ),
    (
      "InvalidParameterException", "Error retrieving security group information for [sg-1]: does not exist",
      "aws.no-network"
    ),
    ("InvalidParameterException", "No Container Instances were found in your cluster.", "aws.refused"),
  ])
  func `the message tells what a code of several meanings means`(code: String, said: String, finding: String) {
    let error = AWSError(
      operation: "ecs run-task", region: "eu-central-1",
      errorText: "\nAn error occurred (\(code)) when calling the RunTask operation: \(said)\n", exit: 254)
    #expect(error.code == code && error.trouble.finding.code.rawValue == finding)
  }
}
