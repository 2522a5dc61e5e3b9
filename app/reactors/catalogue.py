"""The reactors that there are: a new one is a file beside and a line here."""

from app.reactors.base import Reactor

REACTORS: tuple[Reactor, ...] = ()
