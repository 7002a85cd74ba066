"""What a session's policy allows, as far as policies of tests go."""
import re
from urllib.parse import parse_qs, unquote


def like(pattern, text):
    """IAM's wildcards; `${*}` stands for itself."""
    parts = re.findall(r"\$\{[*?$]\}|.", pattern, re.S)
    signs = {"*": ".*", "?": "."}
    return re.fullmatch("".join(re.escape(one[2]) if len(one) > 1 else signs.get(one, re.escape(one)) for one in parts), text, re.S)


def allows(policy, method, target):
    """As far as policies of tests go: objects that are read, and listings with a condition on their prefix."""
    path, _, text = target.partition("?")
    _, bucket, key = (unquote(path).split("/", 2) + ["", ""])[:3]
    query = parse_qs(text, keep_blank_values=True)
    for rule in policy["Statement"]:
        if key and method == "GET" and "s3:GetObject" in rule["Action"]:
            if any(like(one, f"arn:aws:s3:::{bucket}/{key}") for one in rule["Resource"]):
                return True
        if not key and method == "GET" and "s3:ListBucket" in rule["Action"] and f"arn:aws:s3:::{bucket}" in rule["Resource"]:
            [(comparison, condition)] = rule["Condition"].items()
            if "prefix" not in query:
                return comparison.endswith("IfExists")
            return any(like(one, query["prefix"][0]) for one in condition["s3:prefix"])
    return False
