"""Write the configuration and the rings of a one-device Swift; run by Swift's own Python.

swift_config.py HOME PORT ACCESS_KEY SECRET_KEY REGION: the proxy takes PORT, the account,
container and object servers the three ports after it.
"""

import os
import pwd
import sys
from pathlib import Path

from swift.common.ring import RingBuilder

STORAGE_SERVERS = ("account", "container", "object")
PART_POWER = 4
MAX_PARTS = 10_000  # as S3 itself; Swift's default of 1000 ends a 5 MiB upload at 5 GB

DEFAULTS = """\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {etc}
log_level = WARNING
log_address = {home}/no-syslog
"""

STORAGE = """\
devices = {home}/node
mount_check = false
recon_cache_path = {home}/run
fallocate_reserve = 0
[pipeline:main]
pipeline = {server}-server
[app:{server}-server]
use = egg:swift#{server}
log_requests = false
"""

# Copy stands before slo so that a large object is copied whole, not as its list of parts.
# No cache filter: it needs memcached, and a container made a moment ago must be seen at once.
FILTERS = (
    "catch_errors",
    "gatekeeper",
    "healthcheck",
    "listing_formats",
    "bulk",
    "s3api",
    "tempauth",
    "copy",
    "slo",
    "dlo",
    "versioned_writes",
    "symlink",
)

PROXY = """\
cors_allow_origin = *
cors_expose_headers = etag
strict_cors_mode = false
object_chunk_size = 1048576
client_chunk_size = 1048576
[pipeline:main]
pipeline = {pipeline} proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
"""

OPTIONS = {
    "s3api": (
        "s3_acl = false\ncors_preflight_allow_origin = *\nlocation = {region}\n"
        "min_segment_size = 5242880\nmax_upload_part_num = {parts}\n"
    ),
    "slo": "max_manifest_segments = {parts}\nmax_manifest_size = 33554432\n",
    "tempauth": "user_{account}_{login} = {secret} .admin\n",
    "versioned_writes": "allow_versioned_writes = true\nallow_object_versioning = true\n",
}

CLUSTER = """\
[swift-hash]
swift_hash_path_prefix = portal
swift_hash_path_suffix = tests
[swift-constraints]
max_file_size = 5368709122
[storage-policy:0]
name = gold
default = yes
"""


def main(home: Path, port: int, access_key: str, secret: str, region: str) -> None:
    """Write everything below home that the four servers need to start."""
    etc = home / "etc"
    for folder in (etc, home / "node" / "d1", home / "run"):
        folder.mkdir(parents=True, exist_ok=True)
    require_extended_attributes(home)
    (etc / "swift.conf").write_text(CLUSTER)
    # Swift insists on a user to run as and would else look for one called swift.
    common = {"home": home, "etc": etc, "user": pwd.getpwuid(os.getuid()).pw_name}
    for offset, server in enumerate(STORAGE_SERVERS, start=1):
        text = (DEFAULTS + STORAGE).format(port=port + offset, server=server, **common)
        (etc / f"{server}.conf").write_text(text)
        write_ring(etc / f"{server}.ring.gz", port=port + offset)
    account, login = access_key.split(":")
    options = {"account": account, "login": login, "secret": secret, "region": region}
    (etc / "proxy.conf").write_text(
        (DEFAULTS + PROXY).format(port=port, pipeline=" ".join(FILTERS), **common)
        + "".join(
            f"[filter:{name}]\nuse = egg:swift#{name}\n" + OPTIONS.get(name, "") for name in FILTERS
        ).format(parts=MAX_PARTS, **options)
    )


def require_extended_attributes(folder: Path) -> None:
    """Fail early where Swift could not keep an object's metadata (an old tmpfs)."""
    try:
        os.setxattr(folder, "user.portal.test", b"1")
    except OSError as error:
        sys.exit(f"{folder} has no extended attributes ({error}); set SERVICES_DIR elsewhere")


def write_ring(path: Path, *, port: int) -> None:
    """Place every partition on the one device."""
    builder = RingBuilder(part_power=PART_POWER, replicas=1, min_part_hours=1)
    address = {"ip": "127.0.0.1", "port": port}
    builder.add_dev(
        {"region": 0, "zone": 0, "weight": 1, "device": "d1", **address}
        | {"replication_ip": address["ip"], "replication_port": port}
    )
    builder.rebalance(seed=1)
    builder.get_ring().save(str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
