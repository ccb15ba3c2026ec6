"""The two jobs that prepare the store: the set-up, and the check of the access key."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from deploy import check_store

# Stands for the store's client: writes down its arguments and answers as the test wants.
CLIENT = """#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
"alias set portal"*) [ "$KEY_WORKS" = 1 ] ;;
"admin info"*) [ "$HAS_ADMIN" = 1 ] || { echo "not supported" >&2; exit 3; } ;;
"admin policy create"*) cp "$6" "$CALLS.policy" ;;
"admin policy attach"*) [ "$ATTACHED" = 0 ] || { echo "already in effect" >&2; exit 1; } ;;
esac
"""
ENVIRONMENT = {
    "MINIO_ROOT_USER": "owner",
    "MINIO_ROOT_PASSWORD": "owner-password",
    "MINIO_BUCKET": "atgedu",
    "MINIO_ACCESS_KEY": "portal",
    "MINIO_SECRET_KEY": "portal-secret",
    "HAS_ADMIN": "1",
    "KEY_WORKS": "0",
    "ATTACHED": "0",
}


def run_setup(
    repository: Path, folder: Path, *, client: str = "mc", **extra: str
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run setup.sh with the stand-in for the client; return the run and the client's calls."""
    (folder / "bin").mkdir()
    program = folder / "bin" / client
    program.write_text(CLIENT)
    program.chmod(0o755)
    calls = folder / "calls"
    calls.touch()
    run = subprocess.run(
        ["sh", str(repository / "deploy" / "minio" / "setup.sh")],
        env={
            **ENVIRONMENT,
            **extra,
            "CALLS": str(calls),
            "TMPDIR": str(folder),
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
    )
    return run, calls.read_text().splitlines()


@pytest.mark.parametrize("client", ["mc", "mcli"])
def test_the_set_up_makes_bucket_key_and_policy(
    repository: Path, tmp_path: Path, client: str
) -> None:
    run, calls = run_setup(repository, tmp_path, client=client)

    assert run.returncode == 0, run.stderr
    assert calls == [
        "alias set root http://minio:9000 owner owner-password",
        "mb --ignore-existing --region us-east-1 root/atgedu",
        "admin info root",
        f"admin policy create root portal-atgedu {tmp_path}/policy.json",
        "admin user add root portal portal-secret",
        "admin policy attach root portal-atgedu --user portal",
    ]


def test_the_key_may_use_its_bucket_alone(repository: Path, tmp_path: Path) -> None:
    run_setup(repository, tmp_path)
    statements = json.loads((tmp_path / "calls.policy").read_text())["Statement"]

    assert [(one["Effect"], one["Resource"]) for one in statements] == [
        ("Allow", ["arn:aws:s3:::atgedu"]),
        ("Allow", ["arn:aws:s3:::atgedu/*"]),
    ]
    assert sorted(action for one in statements for action in one["Action"]) == [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    ]


def test_the_set_up_may_run_again(repository: Path, tmp_path: Path) -> None:
    run, _ = run_setup(repository, tmp_path, ATTACHED="1")

    assert run.returncode == 0, run.stderr


def test_the_root_account_is_no_key_for_the_portal(repository: Path, tmp_path: Path) -> None:
    run, calls = run_setup(repository, tmp_path, MINIO_ACCESS_KEY="owner")

    assert run.returncode == 1
    assert "must differ from MINIO_ROOT_USER" in run.stderr
    assert not [call for call in calls if call.startswith("admin user")]


def test_without_an_admin_api_a_key_that_works_is_enough(repository: Path, tmp_path: Path) -> None:
    run, calls = run_setup(repository, tmp_path, HAS_ADMIN="0", KEY_WORKS="1")

    assert run.returncode == 0
    assert "no admin API, so no access key was made" in run.stdout
    assert not [call for call in calls if call.startswith("admin user")]


def test_without_an_admin_api_an_unknown_key_fails(repository: Path, tmp_path: Path) -> None:
    run, _ = run_setup(repository, tmp_path, HAS_ADMIN="0", KEY_WORKS="0")

    assert run.returncode == 1
    assert "MINIO_ACCESS_KEY does not work yet" in run.stderr


@pytest.fixture
def access() -> dict[str, str]:
    """Return the environment variables of the job, for the real store."""
    return {
        "MINIO_ENDPOINT": os.environ["TEST_S3_ENDPOINT"],
        "MINIO_BUCKET": os.environ.get("TEST_S3_BUCKET", "atgedu"),
        "MINIO_ACCESS_KEY": os.environ["TEST_S3_ACCESS_KEY"],
        "MINIO_SECRET_KEY": os.environ["TEST_S3_SECRET_KEY"],
    }


def run_check(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """Run the check with `environment`; try once only."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(check_store, "ATTEMPTS", 1)
    check_store.main()


@pytest.mark.services
def test_a_key_that_may_use_the_bucket_passes_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], access: dict[str, str]
) -> None:
    run_check(monkeypatch, access)

    client = check_store.make_client(access)
    found = client.list_objects_v2(Bucket=access["MINIO_BUCKET"], Prefix=".portal/")
    client.close()
    assert "may use the bucket" in capsys.readouterr().out
    assert found["KeyCount"] == 0


@pytest.mark.services
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"MINIO_SECRET_KEY": "wrong-secret"}, "the key is unknown, its secret is wrong"),
        ({"MINIO_BUCKET": "no-such-bucket"}, "the bucket MINIO_BUCKET does not exist"),
        ({"MINIO_ENDPOINT": "http://127.0.0.1:1"}, "Could not connect"),
    ],
)
def test_the_message_names_the_cause(
    monkeypatch: pytest.MonkeyPatch, access: dict[str, str], change: dict[str, str], told: str
) -> None:
    with pytest.raises(SystemExit, match=told):
        run_check(monkeypatch, access | change)


def test_missing_variables_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MINIO_ENDPOINT", "MINIO_BUCKET", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINIO_BUCKET", "atgedu")

    with pytest.raises(SystemExit, match=r"MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY$"):
        check_store.main()
