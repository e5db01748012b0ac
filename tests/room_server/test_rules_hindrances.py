"""The list that pages are held against is what the rules say today of the commands that it knows."""

import json

from room_server.rules.procedure_tables import HINDRANCES
from tests.support.hindrances import TARGET, listed


def test_the_list_for_the_pages_is_what_the_rules_say() -> None:
    known = json.loads(TARGET.read_text("utf-8"))
    commands, today = set(known["commands"]), listed()
    for procedure, stages in known["refused"].items():
        for stage, actors in stages.items():
            for actor, met in actors.items():
                said = {
                    word: here
                    for word, names in today[procedure][stage][actor].items()
                    if (here := [name for name in names if name in commands])
                }
                assert said == met, "python -m tests.support.hindrances"


def test_every_refusal_of_a_role_has_words_on_the_pages() -> None:
    actors = [met for stages in listed().values() for people in stages.values() for met in people.values()]
    assert {word for met in actors for word in met} == set(HINDRANCES)
