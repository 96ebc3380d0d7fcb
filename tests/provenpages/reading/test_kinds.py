"""Kinds: each stands for what programs print of it, whole, and for nothing else."""

import re

import pytest

from provenpages.reading.kinds import KINDS
from provenpages.running.expect import first_difference
from tests.conftest import ROOT

VALUES = {
    "id": [
        "b6047b203915",
        "8c811b4aec35f259572d0f79207bc0678df4c736eeec50bc9fec37ed936a472a",
        "4bc6a85",
        "bc92bfe2d1",
        "bc92bfe0d1c0f7e1a9c5e8b3a2d4f6c8e0a1b2c3",
        "6f0a2b0e-5c1d-4a7e-9b3f-0123456789ab",
    ],
    "digest": ["sha256:" + "0123456789abcdef" * 4, "sha512:" + "0123456789abcdef" * 8],
    "size": [
        *("1.2GB", "780MB", "0B", "1.5MiB", "4.0K", "12 kB", "1,234 kB", "41.94MB", "7.8kB"),
        *("1.95GiB", "128M", "3.5G", "12 bytes", "1 byte", "512 Ki", "64Mi", "1.5Gi"),
    ],
    "age": [
        *("2 weeks ago", "3 months ago", "About a minute ago", "Less than a second ago"),
        *("5 seconds ago", "An hour ago", "About an hour ago", "2 years ago", "a day ago"),
        *("Up 3 seconds", "Up About a minute", "Up Less than a second", "Up 2 weeks"),
        *("1 year, 2 months ago", "5d3h", "2m10s", "45s", "30d", "3h12m", "2y15d"),
    ],
    "duration": [
        *("0.1s", "1.2 ms", "1m2.345s", "0:00:01", "17.21s", "12 µs", "340ns", "0.05 seconds"),
        *("3 seconds", "1 minute", "2 min", "1h2m3s", "00:01:02.5", "1:02", "2 hours", "0m0.003s"),
        *("44.9 nsec", "1.2 usec", "1min 3s"),
    ],
    "date": [
        *("2026-11-23", "2026-11-23T10:00:00Z", "2026-11-23 10:00:00", "2026-11-23T10:00:00.123Z"),
        *("2026-11-23T10:00:00+00:00", "2026-11-23 10:00:00 +0000 UTC"),
        *("2026-11-23 10:00:00 -0500", "2026-11-23 10:00:00.123456789 +0100", "2026-11-23 10:00"),
        *("Mon, 23 Nov 2026 10:00:00 GMT", "Mon Nov 23 10:00:00 2026 +0000", "Nov 23 10:00"),
        *("Mon Nov 23 10:00:00 UTC 2026", "Mon Nov 23 10:00:00 2026", "Nov  3  2026"),
        *("Nov 23 10:00:00", "Mon 23 Nov 2026 10:00:00 AM UTC"),
        *("Mon 2026-11-23 10:00:00 UTC", "Nov 23, 2026 10:00 UTC", "Jun 25 2026, 18:55:22"),
        *("I1123 10:00:00.123456", "23/Nov/2026 10:00:00", "23/Nov/2026:10:00:00 +0000"),
    ],
    "version": [
        *("v0.33.1", "1.2.3-rc.1", "2:1.18-1~deb13u2", "26.1.5+dfsg1", "1.30.2+k3s1", "3.12.0b2"),
        *("28.5.2", "2.47.3", "v2.40.3-desktop.1", "5.2.37(1)-release", "1:2.47.3-0+deb13u1"),
        *("29.0.0-rc.2", "1.0", "v1", "3.13.0rc1", "1.2.post3", "2024.1"),
        *("0.0.0-20240101120000-abcdef123456", "26.1.5+dfsg1-9+b4", "6.1.0-28-amd64", "1.24rc1"),
        *("go1.24.9", "v1.33.5-gke.1080000", "v1.33.5-eks-113cf36", "6.8.0-49-generic"),
    ],
    "number": ["0", "7", "1,234", "-3", "3.14", "1e-5", "1,234,567.8", "+2", "6.02E+23"],
}  # fmt: skip
OTHERS = ["failed", "none", "...", "", "error: no such file", "<none>", "unknown", "Never", "N/A"]


def fits(documented: str, real: str, kind: str) -> bool:
    return first_difference([f"a {documented} z"], [f"a {real} z"], [kind]) is None


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, those in VALUES.items() for v in those])
def test_a_value_is_known_whole(kind: str, value: str) -> None:
    assert any(form.fullmatch(value) for form in KINDS[kind])
    others = [one for one in OTHERS if fits(value, one, kind)]
    assert not others


@pytest.mark.parametrize(
    ("kind", "documented", "real"),
    [
        ("version", "26.1.5", "v0.33.1"),
        ("version", "28.5.2", "26.1.5+dfsg1-9+b4"),
        ("id", "b6047b203915", "012345678901"),
        ("id", "4bc6a85", "8c811b4aec35"),
        ("digest", "sha256:" + "a" * 64, "sha256:" + "0" * 64),
        ("size", "780MB", "0B"),
        ("size", "1,234 kB", "12.3 MB"),
        ("age", "5 seconds ago", "3 months ago"),
        ("age", "Up 3 seconds", "Up About a minute"),
        ("age", "5d3h", "45s"),
        ("duration", "0.1s", "1m2.345s"),
        ("date", "Mon Nov 23 10:00:00 2026 +0000", "Wed Dec 2 01:02:03 2026 -0500"),
        ("date", "Nov 23 10:00", "Feb  3  2025"),
        ("number", "7", "1,234"),
        ("number", "-3", "12"),
        ("table", "a   b", "a        b"),
    ],
)
def test_a_value_stands_for_another_of_its_form(kind: str, documented: str, real: str) -> None:
    assert fits(documented, real, kind)


@pytest.mark.parametrize(
    ("kind", "documented", "real"),
    [
        ("version", "1.2.3", "1.2.3-failed"),
        ("version", "1.2.3", "1.2.3 failed"),
        ("version", "1.2.3", "latest"),
        ("version", "1.2.3", "4"),
        ("version", "1.2.3", "1.2GB"),
        ("version", "1.2.3", "10:00:00.123"),
        ("id", "b6047b203915", "8c811b4aec35f259572d0f79207bc0678df4c736eeec50bc9fec37ed936a472a"),
        ("id", "b6047b203915", "b6047b20391"),
        ("id", "4bc6a85", "deleted"),
        ("id", "4bc6a85", "4BC6A85"),
        ("digest", "sha256:" + "a" * 64, "sha512:" + "a" * 128),
        ("digest", "sha256:" + "a" * 64, "sha256:" + "a" * 63),
        ("size", "780MB", "780"),
        ("size", "780MB", "780 Mbit"),
        ("size", "4.0K", "4.0 Known"),
        ("age", "Up 3 seconds", "3 seconds ago"),
        ("age", "3 seconds ago", "in 3 seconds"),
        ("age", "5d3h", "3 days ago"),
        ("age", "5d", "5"),
        ("duration", "0.1s", "0:00:01"),
        ("duration", "0.1s", "0.1"),
        ("date", "2026-11-23 10:00:00", "2026-11-23 10:00:00 FAIL"),
        ("date", "2026-11-23", "Mon, 23 Nov 2026 10:00:00 GMT"),
        ("date", "Nov 23 10:00", "Now 23 10:00"),
        ("number", "7", "7.1.2"),
        ("number", "7", "7th"),
        ("number", "7", "-"),
        ("number", "7", "10:00"),
        ("number", "7", "seven"),
        ("table", "a   b", "a b"),
    ],
)
def test_a_value_stands_for_nothing_else(kind: str, documented: str, real: str) -> None:
    assert not fits(documented, real, kind)


@pytest.mark.parametrize(
    ("documented", "real", "kinds"),
    [
        ("289MB 7", "290MB 8", ["number", "size"]),
        ("v0.33.1 (3 weeks ago)", "v1.0.0-rc.1 (2 days ago)", ["number", "version", "age"]),
        ("1.5s, 3 files, 4.0K", "2m3s, 1,234 files, 1.2M", ["number", "duration", "size"]),
        ("Docker 28.5.2, build b6047b2", "Docker 26.1.5+dfsg1, build a72d7cd", ["version", "id"]),
        ("ii  jq  1.7.1-6+deb13u1  amd64", "ii  jq  1.8.1-1  amd64", ["version"]),
        ("web   1/1   Running   0   5d3h", "web   1/1   Running   2   45s", ["age", "number"]),
        ("10 kB/s   b", "2.1 MB/s      b", ["size", "table"]),
        ("Need to get 1,234 kB/5.6 MB", "Need to get 0 B/12.3 MB", ["size"]),
        ("Python 3.13.5", "Python 3.14.0rc2", ["version"]),
        ("[main 4bc6a85] First", "[main 0a1b2c3] First", ["id"]),
        ("Exited (0) 3 seconds ago", "Exited (0) About an hour ago", ["age"]),
        ("28.5.2...", "28.5.2+dfsg4", ["version"]),
    ],
)  # fmt: skip
def test_lines_that_programs_print(documented: str, real: str, kinds: list[str]) -> None:
    assert first_difference([documented], [real], kinds) is None
    assert first_difference([documented], [f"{real} failed"], kinds) == (
        None if documented.endswith("...") else 0
    )


def test_authors_read_of_every_kind_and_form() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", (ROOT / "docs/checks/write.md").read_text(), re.M)
    assert [kind for kind, _ in rows] == [*KINDS]
    for kind, said in rows[:-1]:
        examples = re.findall(r"`([^`]+)`", said)
        for form in KINDS[kind]:
            assert any(form.fullmatch(one) for one in examples), (kind, form.pattern)
        for one in examples:
            assert any(form.fullmatch(one) for form in KINDS[kind]), (kind, one)
