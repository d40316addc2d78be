"""A broker with a door of every kind: what each needs of a client, and users who may do everything or little."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from tests.broker import Cluster, Listener
from tests.certificates import Authority, Certificate

USER, PASSWORD = "alice", "Xq7-tr0ub4dor-zebra"
LITTLE = "bob"
"""A user with the same password who may do nothing until it is granted."""
DOORS = {
    "TLS": "SSL",
    "MUTUAL": "SSL",
    "EXPIRED": "SSL",
    "SASLTLS": "SASL_SSL",
    "SASLPLAIN": "SASL_PLAINTEXT",
}
_MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256")


class Files(NamedTuple):
    """What the broker and its clients show each other."""

    authority: Authority
    stranger: Authority
    """An authority the broker does not trust, nor should we."""
    broker: Certificate
    expired: Certificate
    """Of the broker, when it is reached by the door of that name."""
    client: Certificate
    expired_client: Certificate
    strange_client: Certificate


def make_files(folder: Path) -> Files:
    """All certificates anew."""
    authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
    return Files(
        authority,
        stranger,
        authority.sign("broker"),
        authority.sign("expired", expired=True),
        authority.sign("client"),
        authority.sign("expired-client", expired=True),
        stranger.sign("strange-client"),
    )


def secure_cluster(folder: Path, files: Files) -> Cluster:
    """A cluster of one node, ready to start; its PLAINTEXT port is open to the tests, who may do everything."""
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    plain = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    properties = f"""
ssl.keystore.type=PEM
ssl.keystore.location={files.broker.store}
ssl.truststore.type=PEM
ssl.truststore.location={files.authority.file}
listener.name.mutual.ssl.client.auth=required
listener.name.expired.ssl.keystore.type=PEM
listener.name.expired.ssl.keystore.location={files.expired.store}
listener.name.sasltls.sasl.enabled.mechanisms=PLAIN,{",".join(_MECHANISMS)}
listener.name.sasltls.plain.sasl.jaas.config={plain}
listener.name.saslplain.sasl.enabled.mechanisms=SCRAM-SHA-512
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:{USER};User:CN=client
"""
    for door in ("sasltls", "saslplain"):
        for mechanism in _MECHANISMS:
            properties += f"listener.name.{door}.{mechanism.lower()}.sasl.jaas.config={scram}\n"
    storage = [
        argument
        for name in (USER, LITTLE)
        for mechanism in _MECHANISMS
        for argument in ("--add-scram", f"{mechanism}=[name={name},password={PASSWORD}]")
    ]
    return Cluster(
        folder, listener=Listener(host="localhost", properties=properties, storage=tuple(storage), doors=DOORS)
    )


def grant(cluster: Cluster, may: Mapping[tuple[str, str], str]) -> None:
    """Let `LITTLE` do what is given: {(type of resource, name or prefix*): operations, separated by commas}."""
    client = KafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    try:
        client.create_acls(
            [
                ACL(
                    f"User:{LITTLE}",
                    "*",
                    ACLOperation[operation.strip()],
                    ACLPermissionType.ALLOW,
                    ResourcePattern(
                        ResourceType[kind],
                        name.removesuffix("*"),
                        ACLResourcePatternType.PREFIXED if name.endswith("*") else ACLResourcePatternType.LITERAL,
                    ),
                )
                for (kind, name), operations in may.items()
                for operation in operations.split(",")
            ]
        )
    finally:
        client.close()
