"""An installation in which nothing is running, with the bots of two people."""

import asyncio
from dataclasses import dataclass

import pytest

from master.accounts.operator_actions import Action
from master.accounts.registry import BotCard, Registry
from master.cli import main
from master.control_plane import ControlPlane, open_control_plane
from master.installation.state_dir import Installation
from master.services.bot_tokens import BotIdentity
from master.settings import Settings
from master.settings_files import write_settings
from personal_bot.contract import Report, write_report

ANNA, BORIS = 11, 12
KEY = "sk-" + "k" * 40


@dataclass
class Installed:
    """Runs `tgrag`; each call opens the installation anew, as a process of its own would."""

    settings: Settings
    capsys: pytest.CaptureFixture[str]

    @property
    def installation(self) -> Installation:
        return self.settings.installation

    def tgrag(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit status, stdout and stderr."""
        self.capsys.readouterr()
        status = main([*arguments, "--state-dir", str(self.installation.root)])
        said = self.capsys.readouterr()
        return status, said.out, said.err

    def card(self, user_id: int) -> BotCard | None:
        return self._run(lambda control: control.manager.find(user_id))

    def is_being_deleted(self, user_id: int) -> bool:
        cards = self._run(lambda control: registry_of(control).list_deleting())
        return user_id in [card.user_id for card in cards]

    def untold(self) -> list[Action]:
        return self._run(lambda control: control.manager.operator_actions.list_untold())

    def starts_by_itself(self, user_id: int) -> bool:
        """Tell whether supervisord, once it runs, starts the bot before the master does anything."""
        program = self.installation.programs / f"bot-{user_id}.conf"
        return "autostart=true" in program.read_text()

    def register(self, user_id: int, name: str) -> None:
        identity = BotIdentity(200_000 + user_id, f"{name}_docs_bot", name)
        self._run(lambda control: registry_of(control).save(user_id, identity, "1:token", KEY))
        files = self.installation.bot(user_id)
        files.home.mkdir()
        write_report(files.last_report, Report(1, 0.0, documents=12))

    def _run(self, work):
        async def do():
            async with open_control_plane(self.settings) as control:
                return await work(control)

        return asyncio.run(do())


def registry_of(control: ControlPlane) -> Registry:
    return Registry(control.database, control.vault)


@pytest.fixture
def installed(tmp_path, capsys) -> Installed:
    installation = Installation(tmp_path / "state")
    installation.prepare()
    token = "1000000001:" + "M" * 35
    settings = Settings(_env_file=None, master_bot_token=token, state_dir=installation.root)
    write_settings(settings)
    installed = Installed(settings, capsys)
    installed.register(ANNA, "anna")
    installed.register(BORIS, "boris")
    return installed
