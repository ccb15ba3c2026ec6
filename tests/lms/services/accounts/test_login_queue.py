"""Many sign-ins at once: few passwords are checked in parallel, the others have to wait."""

import threading

import pytest

from lms.errors import SignInsBusy
from lms.services.accounts import login_limits
from portal.fastpath import bounded_hasher


def test_the_number_of_parallel_checks_is_limited(settings):
    running = [login_limits.limited_password_check() for _n in range(settings.SIGN_INS_AT_ONCE)]
    for check in running:
        check.__enter__()
    with pytest.raises(SignInsBusy), login_limits.limited_password_check():
        pass
    running.pop().__exit__(None, None, None)

    with login_limits.limited_password_check():
        pass
    for check in running:
        check.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_sign_in_above_the_limit_is_told_when_to_try_again(api_client, make_user, monkeypatch):
    user = make_user()
    monkeypatch.setattr(login_limits, "_password_checks", threading.BoundedSemaphore(1))
    started, go_on = threading.Event(), threading.Event()
    body = {"username": user.username, "password": "x"}
    waiting = threading.Thread(target=_check_a_password_slowly, args=(started, go_on))
    waiting.start()
    started.wait(5)

    answer = api_client.post("/auth/login", body, format="json")
    go_on.set()
    waiting.join()

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["code"] == "sign_ins_busy"


def _check_a_password_slowly(started: threading.Event, go_on: threading.Event) -> None:
    with login_limits.limited_password_check():
        started.set()
        go_on.wait(5)


@pytest.mark.fastpath
def test_no_more_hashes_run_at_once_than_allowed(settings):
    hasher = bounded_hasher.BoundedArgon2PasswordHasher()
    running, most = [], []

    def watched(*_args):
        running.append(1)
        most.append(len(running))
        running.pop()

    threads = [
        threading.Thread(target=bounded_hasher.run_bounded, args=(watched, "password", "salt"))
        for _n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) <= settings.SIGN_IN_HASHES_AT_ONCE
    encoded = hasher.encode("secret", "saltsaltsalt")
    assert hasher.verify("secret", encoded)
    assert not hasher.verify("other", encoded)
