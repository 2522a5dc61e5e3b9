"""A client that asks again and again and does not wait for the answers holds up nobody else."""

import asyncio
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import httpx

from app.db import TenantSlots
from tests.rates.house import House
from tests.rates.test_long_work import Client
from tests.running import Sandbox
from tests.subscriptions.until import until

ATTACKERS = 4
PATIENCE = 0.02  # seconds, of an attacker
READS = 30


def test_whoever_leaves_before_the_answer_keeps_nobody_else_from_theirs(
    client: httpx.Client, base_url: str
) -> None:
    mine, attacked_by = Sandbox.open(client), Sandbox.open(client)
    for sandbox in (mine, attacked_by):
        sandbox.owner()
        for _ in range(20):
            sandbox.report("zhang")
    address = httpx.URL(base_url)
    request = (
        "GET /v1/tickets?limit=100 HTTP/1.1\r\nHost: suyuan\r\n"
        f"Authorization: Bearer {attacked_by.tokens['admin']}\r\n\r\n"
    ).encode()
    over = Event()

    def ask_and_leave() -> int:
        asked = 0
        while not over.is_set():
            with socket.create_connection((address.host, address.port or 80), 60) as raw:
                raw.settimeout(PATIENCE)
                raw.sendall(request)
                asked += 1
                try:
                    raw.recv(1)
                except TimeoutError:
                    continue
        return asked

    answers: Counter[int] = Counter()
    with ThreadPoolExecutor(ATTACKERS) as pool:
        attacks = [pool.submit(ask_and_leave) for _ in range(ATTACKERS)]
        try:
            for _ in range(READS):  # each on a connection of its own
                with httpx.Client(base_url=base_url, timeout=60) as client_of_mine:
                    here = replace(mine, client=client_of_mine)
                    answers[here.call("zhang", "GET", "/v1/tickets").status_code] += 1
                    here.report("zhang")
        finally:
            over.set()
    assert answers == {200: READS}
    assert sum(each.result() for each in attacks) > READS


async def test_who_leaves_while_waiting_for_a_turn_has_none(house: House) -> None:
    reads = TenantSlots(1, 60)
    house.app.state.services = replace(house.services, reads=reads)
    await reads.take(house.tenant_id)
    clients = [Client(house, "/v1/tickets", None) for _ in range(5)]
    requests = [asyncio.create_task(each.run()) for each in clients]

    async def all_wait() -> bool:
        return reads._users[house.tenant_id] == 6

    await until(all_wait)
    for each in clients[:4]:
        each.left.set()
    await asyncio.gather(*requests[:4])
    assert [each.statuses for each in clients[:4]] == [[499]] * 4
    assert reads._users[house.tenant_id] == 2
    reads.give_back(house.tenant_id)
    await requests[4]
    assert clients[4].statuses == [200]
    assert not reads._users, "every turn was given back"
