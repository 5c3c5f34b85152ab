"""In charge of driving a headless Chromium, over the DevTools protocol, that reaches only this machine."""

import asyncio
import base64
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import websockets

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Names do not resolve and all but loopback goes to a closed port: for this browser the network is off.
FLAGS = (
    "--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1", "--remote-debugging-port=0", "--window-size=1400,900",
)  # fmt: skip


def program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Tab:
    """One page. `requests`: the address of each request, `problems`: each error or warning it reported."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.session = ""
        self.numbers = count(1)
        self.answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.problems: list[str] = []

    async def listen(self) -> None:
        async for text in self.socket:
            message = json.loads(text)
            if "id" in message:
                self.answers.pop(message["id"]).set_result(message)
            else:
                self.note(message["method"], message["params"])

    def note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.problems.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("warning", "error"):
            self.problems.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("warning", "error"):
            self.problems.append(" ".join(str(value.get("value", value)) for value in params["args"]))

    async def ask(self, method: str, **params: object) -> Any:
        number = next(self.numbers)
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        session = {"sessionId": self.session} if self.session else {}
        await self.socket.send(json.dumps({"id": number, "method": method, "params": params} | session))
        message = await asyncio.wait_for(answer, 30)
        assert "error" not in message, message
        return message["result"]

    async def open(self, url: str) -> None:
        await self.ask("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str, seconds: float = 20) -> Any:
        """The first truthy value of the script; an exception in it counts as "not yet"."""
        value = None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not value:
                    await asyncio.sleep(0.05)
                    value = await self.evaluate(f"(() => {{ try {{ return {script} }} catch {{}} }})()")
        assert value, f"not within {seconds} s: {script}; the page says {self.problems}"
        return value

    async def screenshot(self, path: Path) -> None:
        picture = await self.ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(picture["data"]))


@asynccontextmanager
async def chromium(profile: Path) -> AsyncIterator[Tab]:
    """A fresh browser with its profile in a directory of its own, and its one tab."""
    name = program()
    assert name, "no Chromium"
    process = await asyncio.create_subprocess_exec(
        name,
        *FLAGS,
        f"--user-data-dir={profile}",
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with websockets.connect(await devtools(process), max_size=None, proxy=None) as socket:
            tab = Tab(socket)
            listening = asyncio.create_task(tab.listen())
            try:
                await attach(tab)
                yield tab
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


async def devtools(process: asyncio.subprocess.Process) -> str:
    """The WebSocket address that Chromium prints when it is ready."""
    assert process.stderr
    async with asyncio.timeout(30):
        async for line in process.stderr:
            if line.startswith(b"DevTools listening on "):
                return line.decode().split()[-1]
    raise AssertionError("Chromium did not start")


async def attach(tab: Tab) -> None:
    target = await tab.ask("Target.createTarget", url="about:blank")
    attached = await tab.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    tab.session = attached["sessionId"]
    for domain in ("Page", "Network", "Runtime", "Log"):
        await tab.ask(f"{domain}.enable")
