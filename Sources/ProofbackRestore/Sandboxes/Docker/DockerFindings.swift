import ProofbackCore

/// What Docker can say of a run: always that it could not be carried out.
public enum DockerFindings {
  public static let notInstalled = FindingDefinition(
    "sandbox.docker-missing", .inconclusive, cause: "The docker command is not installed here.",
    nextStep: "install it (Debian: apt-get install docker.io), or take the sandbox `process`")
  public static let notRunning = FindingDefinition(
    "sandbox.docker-down", .inconclusive, cause: "No Docker Engine answers on this machine.",
    nextStep: "start it (systemctl start docker); `docker info` must answer for the user that proofback runs as")
  public static let noPermission = FindingDefinition(
    "sandbox.docker-refused", .inconclusive, cause: "The user that proofback runs as may not use the Docker Engine.",
    nextStep: "add the user to the group docker (which is as good as root), or run proofback as root")
  public static let elsewhere = FindingDefinition(
    "sandbox.docker-elsewhere", .inconclusive,
    cause: "The Docker Engine is on another machine, or maps users: it can't share folders with the worker.",
    nextStep: "unset DOCKER_HOST, or let it name a unix socket of this machine; rootless engines are not served")
  public static let imageMissing = FindingDefinition(
    "sandbox.image-missing", .inconclusive, cause: "The image is not on this machine, and could not be pulled.",
    nextStep: "check the image's name; `docker pull` says what is wrong; without a registry, `docker load` it")
  public static let imageInvalid = FindingDefinition(
    "sandbox.image-invalid", .inconclusive, cause: "What is given as an image is no image's name.",
    nextStep: "name it as `docker pull` takes it, such as mysql:8.4")
  public static let wrongPlatform = FindingDefinition(
    "sandbox.image-platform", .inconclusive, cause: "The image is made for another processor or operating system.",
    nextStep: "take an image that is also made for this machine's processor")
  public static let imageUnusable = FindingDefinition(
    "sandbox.image-unusable", .inconclusive,
    cause: "The image can't be used as a sandbox: it does not start, or lacks a shell, env or timeout.",
    nextStep: "take the DBMS maker's own image, or one that is made of a distribution's packages")
  public static let gone = FindingDefinition(
    "sandbox.container-gone", .inconclusive,
    cause: "The Docker Engine stopped, or ended the container, before the run did.",
    nextStep: "see its log (journalctl -u docker), and run the test again")
  public static let full = FindingDefinition(
    "sandbox.docker-full", .inconclusive, cause: "The file system that the Docker Engine keeps its data on is full.",
    nextStep: "free space there: `docker system df` says what takes it, `docker system prune` removes what nobody uses")
  public static let all = [
    notInstalled, notRunning, noPermission, elsewhere, imageMissing, imageInvalid, wrongPlatform, imageUnusable, gone,
    full,
  ]
}
