"""Rings are heard, as one if they come together; a bell that cannot hang is a silent one."""

import socket

from master.supervision.event_socket import hang_doorbell


def ring(path, times=1):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
        for _ in range(times):
            ringer.sendto(b"!", str(path))


async def test_rings_that_wait_together_are_one(tmp_path):
    with hang_doorbell(tmp_path / "bell") as doorbell:
        ring(tmp_path / "bell", 5)
        assert await doorbell.wait(10)
        assert not await doorbell.wait(0.01)
        ring(tmp_path / "bell")
        assert await doorbell.wait(10)


async def test_what_a_killed_master_left_behind_is_replaced(tmp_path):
    with hang_doorbell(tmp_path / "bell"):
        pass
    with hang_doorbell(tmp_path / "bell") as doorbell:
        assert (tmp_path / "bell").stat().st_mode & 0o777 == 0o600
        ring(tmp_path / "bell")
        assert await doorbell.wait(10)


async def test_a_bell_that_cannot_hang_is_silent_and_logged(tmp_path, caplog):
    with hang_doorbell(tmp_path / "missing" / "bell") as doorbell:
        assert not await doorbell.wait(0.01)
    assert "missing" in caplog.text


async def test_a_bell_that_somebody_took_away_hangs_again(tmp_path):
    with hang_doorbell(tmp_path / "bell") as doorbell:
        (tmp_path / "bell").unlink()
        assert not await doorbell.wait(0.01)
        ring(tmp_path / "bell")
        assert await doorbell.wait(10)
