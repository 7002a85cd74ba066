import Foundation
import ProofbackCore

/// What an instance does that runs the worker in a container of an image, by its own Docker, in the shell.
///
/// The image is one as ECS' instances take it: it has the DBMS and what a worker needs, and the program comes from the server
/// (`WorkerScript`). The ticket goes in by standard input: it is in no argument, in no variable of the container's settings,
/// and in no file of Docker's.
enum ContainerScript {
  /// Where the worker writes; all else is read-only, and `/run` in memory.
  private static let (folder, memory) = ("/var/lib/proofback", "/run")

  /// Sandboxes are made of namespaces, as root: with these, and without `--privileged`, which would add devices and the rest
  /// of root's rights.
  private static let rights = [
    "--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined",
    "--security-opt systempaths=unconfined --security-opt apparmor=unconfined --security-opt label=disable",
  ]

  /// - Parameters:
  ///   - variables: of the ticket, that the script has set before.
  ///   - memory: where a login to a registry is set up.
  static func body(_ image: String, variables: [String], memory: String = "/run") -> String {
    """
    image=\(UserData.quoted(image))
    export HOME=/root
    no_container() {
      echo "\(ContainerTrouble.mark)$1"
      exit 1
    }
    \(engine)\(login(image, memory))\(pull)\(run(variables))
    """
  }

  /// What packages bring is not started by their installation.
  private static let engine = """
    command -v docker >/dev/null || no_container "\(ContainerTrouble.noDocker.rawValue)"
    if ! docker version >/dev/null 2>&1; then
      if [ -d /run/systemd/system ]; then timeout 90 systemctl start docker; else service docker start; fi >/dev/null
      for _ in {1..60}; do
        docker version >/dev/null 2>&1 && break
        sleep 1
      done
    fi
    docker version >/dev/null || no_container "\(ContainerTrouble.notRunning.rawValue)"

    """

  /// Amazon's registries give a login to whoever has the instance's role, by a helper that Docker calls.
  private static func login(_ image: String, _ memory: String) -> String {
    guard image.prefixMatch(of: /[0-9]{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\//) != nil else {
      return ""
    }
    return """
      if command -v docker-credential-ecr-login >/dev/null; then
        DOCKER_CONFIG=$(mktemp -d \(memory)/proofback-docker.XXXXXX) && export DOCKER_CONFIG
        printf '{"credHelpers": {"%s": "ecr-login"}}' "${image%%/*}" >"$DOCKER_CONFIG/config.json"
      fi

      """
  }

  /// An image that the machine image has is not pulled. A registry that does not answer is not asked again: the worker is
  /// waited for as long as `AWSPace.claim` says.
  private static let pull = """
    if ! docker image inspect "$image" >/dev/null 2>&1; then
      for pause in 5 20 0; do
        said=$(timeout 420 docker pull --quiet "$image" 2>&1)
        pulled=$?
        if [ "$pulled" = 0 ] || [ "$pulled" = 124 ]; then break; fi
        sleep "$pause"
      done
      if [ "$pulled" != 0 ]; then
        echo "${said:-the registry has not given it within 7 minutes}"
        no_container "\(ContainerTrouble.notPulled.rawValue)"
      fi
    fi
    platform=$(docker image inspect --format '{{.Os}}/{{.Architecture}}' "$image")
    if [ "$platform" != linux/amd64 ]; then
      echo "the image is for $platform"
      no_container "\(ContainerTrouble.otherPlatform.rawValue)"
    fi

    """

  /// In the instance's network: that reaches what the instance reaches, and sandboxes have none in any case.
  private static func run(_ variables: [String]) -> String {
    let read = variables.map { "IFS= read -r \($0)" }.joined(separator: " && ")
    let values = variables.map { "\"$\($0)\"" }.joined(separator: " ")
    return """
      read -r -d '' inside <<'INSIDE'
      \(read) || exit 1
      exec </dev/null
      \(WorkerScript.body(folder: folder, memory: Self.memory))
      INSIDE
      printf '%s\\n' \(values) |
        docker run --rm --interactive --init --pull never --log-driver none --name proofback --network host \\
          --user 0 --workdir / --read-only --tmpfs \(Self.memory):mode=0755 --volume \(folder) --volume /tmp \\
          --ulimit nofile=16384:16384 \(rights.joined(separator: " \\\n    ")) \\
          --entrypoint /bin/bash "$image" -c "$inside"
      case $? in 125 | 126 | 127) no_container "\(ContainerTrouble.notStarted.rawValue)" ;; esac

      """
  }
}
