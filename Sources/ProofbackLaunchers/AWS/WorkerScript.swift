import Foundation
import ProofbackCore

/// What a machine does once it is there, in the shell: it fetches the worker from the server, and lets it work.
///
/// The program is known by its hash, so that nothing has to be known of the server's certificate to fetch it; the worker then
/// looks at the certificate itself. The token is in a file of mode 0600 in memory.
enum WorkerScript {
  /// Variables that `body` reads. The token is one of them.
  static func variables(_ ticket: WorkerTicket) -> [(name: String, value: String)] {
    [
      ("PROOFBACK_TOKEN", ticket.token), ("PROOFBACK_SERVER", ticket.server), ("PROOFBACK_PROGRAM", ticket.programPath),
      ("PROOFBACK_PROGRAM_SHA256", ticket.programSHA256), ("PROOFBACK_CERTIFICATE_SHA256", ticket.certificateSHA256),
      ("PROOFBACK_RUN", ticket.runID),
    ]
  }

  /// - Parameters:
  ///   - folder: on disk, for program and data.
  ///   - memory: for the token.
  ///   - program: the folder for the program, where that is another.
  ///   - options: of the worker, beside those that all have.
  static func body(folder: String, memory: String, program: String = "$folder", options: String = "") -> String {
    """
    umask 077
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
    folder=$(mktemp -d \(folder)/proofback.XXXXXX) && chmod 755 "$folder" && cd "$folder" || exit 1
    token=$(mktemp \(memory)/proofback-token.XXXXXX) && printf %s "$PROOFBACK_TOKEN" >"$token" || exit 1
    unset PROOFBACK_TOKEN
    case $PROOFBACK_SERVER in https://*) protocol='=https' ;; *) protocol='=http' ;; esac
    curl --silent --show-error --fail --insecure --proto "$protocol" --connect-timeout 20 --max-time 900 --retry 8 \
    --retry-all-errors --output "\(program)/proofback" "$PROOFBACK_SERVER$PROOFBACK_PROGRAM" || {
      echo "proofback: the program can't be fetched from the server"
      exit 1
    }
    printf '%s  %s\\n' "$PROOFBACK_PROGRAM_SHA256" "\(program)/proofback" | sha256sum --check --status || {
      echo 'proofback: the program is not the one that the server named'
      exit 1
    }
    chmod 755 "\(program)/proofback"
    PROOFBACK_STATE="$folder/state" "\(program)/proofback" worker --server "$PROOFBACK_SERVER" --token-file "$token" \
    --run "$PROOFBACK_RUN" \(options)\
    ${PROOFBACK_CERTIFICATE_SHA256:+--certificate-sha256 "$PROOFBACK_CERTIFICATE_SHA256"}
    echo "proofback: the worker ended with $?"

    """
  }
}
