"""Serves moto, a local stand-in for AWS, on a free port of the loopback interface.

The first line on standard output is the port. The server lives as long as its standard input stays open: when
the process that started it ends, however it ends, the operating system closes the pipe and the server stops.

An access key id of twelve digits names an account, so that every test can have an account of its own.
Any other access key id is the account 123456789012.

GET /inventory/ACCOUNT lists what the account holds in all services and Regions, whatever their APIs are like.

What moto does otherwise than AWS, and tests would trip over, is put right here; see correct_filters, name_policies, index_policies, answer_whole and
change_rules_together.
"""

import enum
import fnmatch
import json
import logging
import os
import re
import signal
import sys
import threading

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import ActionResult
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.ec2 import utils
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups
from moto.iam.models import ManagedPolicy, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from werkzeug.serving import make_server

ACCOUNT_KEY = re.compile(r"Credential=(\d{12})/")
INVENTORY = "/inventory/"

# What tells an object from the others of its kind: the first of these that it has.
IDENTITIES = ("id", "allocation_id", "arn", "name")


def main():
    # Ctrl-C reaches the whole process group; whoever started the server decides when it stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    correct_filters()
    name_policies()
    index_policies()
    answer_whole()
    change_rules_together()
    dispatch = DomainDispatcherApplication(create_backend_app)

    def application(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith(INVENTORY):
            body = json.dumps(inventory(path.removeprefix(INVENTORY))).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("200 OK", headers)
            return [body]
        key = ACCOUNT_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        if key:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = key.group(1)
        return dispatch(environ, start_response)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=stop_with_parent, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()


def correct_filters():
    """Lets a filter of EC2 find what has any of its values.

    Of an attribute with many values, as the subnets of a route table, moto wants all that are asked for, or no others.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
    """
    matches = utils.is_filter_matching

    def matches_any(thing, name, wanted):
        values = thing.get_filter_value(name)
        if isinstance(wanted, list) and isinstance(values, (list, set, tuple, type({}.keys()), type({}.values()))):
            return any(fnmatch.fnmatch(str(value), pattern) for value in values for pattern in wanted)
        return matches(thing, name, wanted)

    utils.is_filter_matching = matches_any


def name_policies():
    """Lets the details of an account tell the name and the id of a policy, which moto leaves out.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
    """
    ManagedPolicy.policy_name = property(lambda policy: policy.name)
    ManagedPolicy.policy_id = property(lambda policy: policy.id)


def index_policies():
    """Lets the index of tags know the policies of IAM, in the Region of global services. moto's knows nothing of IAM.

    https://docs.aws.amazon.com/ARG/latest/userguide/supported-resources.html
    """
    generate = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def with_policies(self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
        yield from generate(self, tag_filters, resource_type_filters, resource_arn_list)
        if self.region_name != "us-east-1":
            return
        matches = make_tag_matcher(tag_filters)
        for policy in list(iam_backends[self.account_id]["aws"].managed_policies.values()):
            tags = {it["Key"]: it["Value"] for it in policy.tags.values()}
            is_wanted = not resource_arn_list or policy.arn in resource_arn_list
            if tags and is_wanted and matches(tags) and resource_type_filters in (None, [], ["iam:policy"]):
                yield TaggedResource(arn=policy.arn, tags=tags, resource_type="iam:policy")

    ResourceGroupsTaggingAPIBackend._get_resources_generator = with_policies


def answer_whole():
    """Lets the index of tags answer in one page who names objects: such a question takes no token for another page.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    answer = ResourceGroupsTaggingAPIBackend.get_resources

    def in_one_page(self, **asked):
        if asked.get("resource_arn_list"):
            asked |= {"resources_per_page": sys.maxsize, "tags_per_page": sys.maxsize}
        return answer(self, **asked)

    ResourceGroupsTaggingAPIBackend.get_resources = in_one_page


def change_rules_together():
    """Lets a call that changes several rules of a security group do all of it or nothing, and tell of all it made.

    moto does one kind of traffic after the other, stops in between, and tells of the last one only.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    """
    def all_or_nothing(act):
        def acting(self):
            arguments = next(self._process_rules_from_querystring())
            group = self.ec2_backend.get_security_group_by_name_or_id(arguments["group_name_or_id"], None)
            before = group and (list(group.ingress_rules), list(group.egress_rules))
            try:
                return act(self)
            except Exception:
                if group:
                    group.ingress_rules, group.egress_rules = before
                raise

        return acting

    def telling_all(act, direction):
        def acting(self):
            arguments = next(self._process_rules_from_querystring())
            group = self.ec2_backend.get_security_group_by_name_or_id(arguments["group_name_or_id"], None)
            before = {rule.id for rule in getattr(group, direction)} if group else set()
            act(self)
            rules = [rule for rule in getattr(group, direction) if rule.id not in before]
            return ActionResult({"Return": True, "SecurityGroupRules": rules})

        return acting

    # It looks for the words about a rule in one of the places where it keeps them.
    SecurityGroupRule.description = property(
        lambda rule: rule.ip_range.get("Description") or (rule.source_group or {}).get("Description")
    )
    for way in ["ingress", "egress"]:
        authorize, revoke = f"authorize_security_group_{way}", f"revoke_security_group_{way}"
        authorizing = telling_all(getattr(SecurityGroups, authorize), f"{way}_rules")
        setattr(SecurityGroups, authorize, all_or_nothing(authorizing))
        setattr(SecurityGroups, revoke, all_or_nothing(getattr(SecurityGroups, revoke)))


def inventory(account):
    """Returns every object of an account: its kind and Region, its identity, what it holds how much of, and its tags."""
    objects = []
    for backends in list(dict.fromkeys(BackendDict._instances)):
        if account not in list(backends):
            continue
        for region, backend in list(dict.items(backends[account])):
            objects += Walk(backends.service_name, region).through(backend)
    return objects


class Walk:
    """Finds the objects of a backend, each once, by following everything that it holds."""

    def __init__(self, service, region):
        self.service, self.region = service, region
        self.seen, self.left_out, self.found = set(), set(), []

    def through(self, backend):
        self.leave_out_leftovers(backend)
        self.seen |= self.left_out
        for value in list(vars(backend).values()):
            self.visit(value)
        # EC2 keeps the tags of all objects in one place, also those of objects that are gone.
        tags = getattr(backend, "tags", None)
        alive = {it["identity"] for it in self.found}
        for holder, of_holder in list(tags.items()) if isinstance(tags, dict) else []:
            if of_holder and holder in alive:
                self.found.append(self.entry("tags", holder, {"tags": len(of_holder)}, sorted(of_holder)))
        return self.found

    def leave_out_leftovers(self, backend):
        # moto keeps the network interface of a NAT gateway that is gone, and with it whatever that was attached to,
        # the network ACLs of networks that are gone, and what ties one to a subnet that is gone.
        for gateway in list(getattr(backend, "nat_gateways", {}).values()):
            if is_gone(gateway):
                self.left_out.add(id(getattr(gateway, "_eni", None)))
        for acl in list(getattr(backend, "network_acls", {}).values()):
            if acl.vpc_id not in backend.vpcs:
                self.left_out.add(id(acl))
            subnets = {it for zone in list(backend.subnets.values()) for it in list(zone)}
            gone = [it for it in list(acl._associations.values()) if it.subnet_id not in subnets]
            self.left_out.update(id(it) for it in gone)

    def visit(self, value):
        if isinstance(value, dict):
            for entry in list(value.values()):
                self.visit(entry)
        elif isinstance(value, (list, tuple, set)):
            for entry in list(value):
                self.visit(entry)
        elif is_object(value) and id(value) not in self.seen:
            self.seen.add(id(value))
            self.describe(value)

    def describe(self, thing):
        fields = vars(thing)
        if is_gone(thing):
            return
        identity = next((getattr(thing, it) for it in IDENTITIES if isinstance(getattr(thing, it, None), str)), None)
        # The policies that every account is born with are many, and nobody can change them.
        if ":aws:policy/" in str(getattr(thing, "arn", "")):
            return
        holds = {name: self.size(value) for name, value in list(fields.items()) if self.size(value)}
        tags = getattr(thing, "tags", None)
        if identity is not None:
            self.found.append(self.entry(type(thing).__name__, identity, holds, sorted(tag_names(tags))))
        elif isinstance(tags, dict):
            # A register of the tags of other things.
            named = {holder: tag_names(it) for holder, it in list(tags.items())}
            self.found += [self.entry("tags", it, {}, sorted(names)) for it, names in named.items() if names]
        for value in list(fields.values()):
            self.visit(value)

    def size(self, value):
        """Returns how many entries something holds: 0 for what holds nothing, and for what is of one piece."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, (list, tuple, set)):
            return sum(not is_object(it) or id(it) not in self.left_out for it in list(value))
        return int(is_object(value))

    def entry(self, kind, identity, holds, tags):
        return {
            "service": self.service, "region": self.region, "kind": kind,
            "identity": identity, "holds": holds, "tags": tags,
        }


def is_object(value):
    return (
        type(value).__module__.startswith("moto.")
        and not isinstance(value, (BaseBackend, enum.Enum, type, str, int))
        and hasattr(value, "__dict__")
    )


def is_gone(thing):
    """Tells what AWS goes on listing for a while after it was deleted."""
    return getattr(thing, "state", None) == "deleted"


def tag_names(tags):
    if isinstance(tags, dict):
        return [it for it in tags if isinstance(it, str)]
    if isinstance(tags, list):
        return [it[key] for it in tags if isinstance(it, dict) for key in ("Key", "key") if key in it]
    return []


def stop_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


main()
