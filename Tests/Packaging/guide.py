"""The commands of docs/operations.md, typed as they stand there."""

import re
import subprocess

from behaviour import behaviour
from cloud import REGION
from deploy import ACCOUNT
from world import PACKAGING, ROOT, run


def steps() -> list[str]:
    """What is typed in each step of the part about AWS."""
    guide = (ROOT / "docs/operations.md").read_text().split("## AWS, step by step")[1].split("From then on")[0]
    return ["\n".join(re.findall(r"^ {7}(.*)", step, re.M)) for step in re.split(r"^\d\. ", guide, flags=re.M)[1:]]


@behaviour("AWS takes the guide's commands one after the other, from the names to the load balancer that the service is put behind")
def _(world):
    folder, aws = world.new_folder("guide"), world.aws
    (folder / "packaging").symlink_to(PACKAGING)
    (folder / "settings").write_text((PACKAGING / "ecs/settings.example").read_text().replace("eu-central-1", REGION))
    # The one thing that is edited by hand: the secret's ARN.
    (folder / "editor").write_text("""#!/bin/sh
set -e
arn=$(aws secretsmanager describe-secret --secret-id proofback/master-key --query ARN --output text)
sed -i "s|^MASTER_KEY_SECRET=.*|MASTER_KEY_SECRET=$arn|" "$1"
""")
    (folder / "editor").chmod(0o755)
    vpc = aws("ec2", "create-vpc", "--cidr-block", "10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [aws("ec2", "create-subnet", "--vpc-id", vpc, "--cidr-block", f"10.9.{number}.0/24", "--availability-zone",
                   REGION + "ab"[number])["Subnet"]["SubnetId"] for number in range(2)]
    zone = aws("route53", "create-hosted-zone", "--name", "example.org", "--caller-reference", "guide")["HostedZone"]["Id"].split("/")[-1]
    typed = "\n".join(steps()[:6])
    for placeholder, name in {"ACCOUNT=111122223333": f"ACCOUNT={ACCOUNT}", "vpc-0123": vpc, "'subnet-0123 subnet-4567'": f"'{' '.join(subnets)}'",
                              "ZONE=Z0123": f"ZONE={zone}", " --create-bucket-configuration LocationConstraint=$AWS_REGION": ""}.items():
        assert placeholder in typed, placeholder
        typed = typed.replace(placeholder, name)
    typed = typed.replace("/tmp/", f"{folder}/").replace("/dev/shm/", f"{folder}/")
    environment = {**aws.environment, "PATH": f"{folder}:{aws.environment['PATH']}"}
    (folder / "typed").write_text(typed)
    run("bash", "-euo", "pipefail", "typed", env=environment, cwd=folder, stdout=subprocess.DEVNULL)

    settings = dict(re.findall("^([A-Z0-9_]+)=(.*)", (folder / "settings").read_text(), re.M))
    [listener] = [one for balancer in aws("elbv2", "describe-load-balancers")["LoadBalancers"]
                  for one in aws("elbv2", "describe-listeners", "--load-balancer-arn", balancer["LoadBalancerArn"])["Listeners"]]
    assert listener["Protocol"] == "HTTPS" and listener["DefaultActions"][0]["TargetGroupArn"] == settings["TARGET_GROUP_ARN"], listener
    [instance] = aws("ec2", "describe-instances", "--filters", f"Name=vpc-id,Values={vpc}")["Reservations"][0]["Instances"]
    data = aws("ec2", "describe-instance-attribute", "--instance-id", instance["InstanceId"], "--attribute", "userData")["UserData"]["Value"]
    said = run("base64", "--decode", input=data).stdout
    assert f'"ECS_CLUSTER={settings["CLUSTER"]}"' in said and settings["STATE_FOLDER"] in said and "$" not in said, said
    assert instance["MetadataOptions"]["HttpTokens"] == "required" and instance["IamInstanceProfile"], instance
    names = {one["Name"]: one for one in aws("route53", "list-resource-record-sets", "--hosted-zone-id", zone)["ResourceRecordSets"]}
    assert names["backups.example.org."]["Type"] == "CNAME" and any(name.startswith("_") for name in names), names
    [permission] = aws("ec2", "describe-security-groups", "--filters", "Name=group-name,Values=proofback-server")["SecurityGroups"][0]["IpPermissions"]
    assert not permission["IpRanges"] and permission["UserIdGroupPairs"], permission
