"""Who gets whose packets: only what the table allows, as steadily as the slots allow."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from media.packet import Track
from media.router import Listener, Route, Router, describe, read_routes

PEOPLE = ["anna", "ben", "cleo", "dora"]


class Layer:
    """One stream of a track."""

    def __init__(self) -> None:
        self.outlets: tuple[Any, ...] = ()


class Source:
    """A live track, of one layer unless told otherwise."""

    def __init__(self, participant: str, source: str, layers: int = 1) -> None:
        kind: Any = "audio" if source == "microphone" else "video"
        self.track = Track(f"{participant}.{source}", kind, source, "opus" if kind == "audio" else "vp8", 1)
        self.layers = [Layer() for _ in range(layers)]

    @property
    def outlets(self) -> tuple[Any, ...]:
        """Where the packets of its lowest layer go."""
        return self.layers[0].outlets


class Slot:
    """A slot that counts how often it was bound."""

    def __init__(self, mid: str, kind: str) -> None:
        self.mid, self.kind, self.bound = mid, kind, 0
        self.source = self.inlet = self.next = None
        self.paused = False

    def show(self, source: Any, now: float) -> None:
        self.source, self.next = source, None
        self.inlet = source.layers[0] if source else None
        self.bound += 1

    def withhold(self, paused: bool, now: float) -> bool:
        self.paused = paused
        return True


def listener(participant: str, audio: int = 3, video: int = 3) -> Listener:
    kinds = ["audio"] * audio + ["video"] * video
    return Listener(participant, [Slot(str(place), kind) for place, kind in enumerate(kinds)])


def routes(**tracks: list[str]) -> dict[str, Route]:
    return {name.replace("_", "."): Route(frozenset(to)) for name, to in tracks.items()}


def heard(one: Listener) -> set[str]:
    return {slot.source.track.id for slot in one.slots if slot.source is not None}


def test_a_route_binds_and_its_end_frees() -> None:
    router, ben = Router(), listener("ben")
    camera = Source("anna", "camera")
    router.publish(camera, 1.0)
    router.subscribe(ben, 1.0)
    assert heard(ben) == set() and camera.outlets == ()
    router.replace(1, routes(anna_camera=["ben"]), 2.0)
    assert heard(ben) == {"anna.camera"} and len(camera.outlets) == 1
    assert [one for one in describe(ben.slots) if one["participant"]] == [
        {"mid": "3", "medium": "video", "participant": "anna", "source": "camera"}
    ]
    assert router.take_changes() == [ben] and router.take_changes() == []
    router.replace(2, {}, 3.0)
    assert heard(ben) == set() and camera.outlets == ()


def test_an_older_table_changes_nothing() -> None:
    router, ben = Router(), listener("ben")
    router.subscribe(ben, 1.0)
    router.publish(Source("anna", "camera"), 1.0)
    assert router.replace(5, {}, 2.0)
    assert not router.replace(4, routes(anna_camera=["ben"]), 3.0)
    assert heard(ben) == set()


def test_nobody_hears_themselves() -> None:
    router, anna = Router(), listener("anna")
    router.subscribe(anna, 1.0)
    router.publish(Source("anna", "microphone"), 1.0)
    router.replace(1, routes(anna_microphone=["anna"]), 1.0)
    assert heard(anna) == set()


def test_a_new_source_takes_the_place_of_an_old_one_and_the_old_ones_end_is_no_event() -> None:
    router, ben = Router(), listener("ben")
    router.subscribe(ben, 1.0)
    router.replace(1, routes(anna_camera=["ben"]), 1.0)
    old, new = Source("anna", "camera"), Source("anna", "camera")
    router.publish(old, 1.0)
    router.publish(new, 2.0)
    assert old.outlets == () and len(new.outlets) == 1
    assert not router.unpublish(old, 3.0)
    assert heard(ben) == {"anna.camera"}
    assert router.unpublish(new, 4.0)
    assert heard(ben) == set()


def test_tracks_stay_in_their_slots_when_others_come_and_go() -> None:
    router, ben = Router(), listener("ben")
    router.subscribe(ben, 1.0)
    table = routes(anna_microphone=["ben"], cleo_microphone=["ben"], dora_microphone=["ben"])
    router.replace(1, table, 1.0)
    sources = {name: Source(name, "microphone") for name in ("anna", "cleo", "dora")}
    for source in sources.values():
        router.publish(source, 1.0)
    places = {slot.source.track.id: slot.mid for slot in ben.slots if slot.source}
    router.unpublish(sources["cleo"], 2.0)
    router.publish(Source("cleo", "microphone"), 3.0)
    assert {slot.source.track.id: slot.mid for slot in ben.slots if slot.source} == places
    slots = [slot for slot in ben.slots if isinstance(slot, Slot) and slot.kind == "audio"]
    assert [slot.bound for slot in slots] == [1, 3, 1]


def test_with_too_few_slots_the_loudest_are_heard_and_the_longest_quiet_goes() -> None:
    router, ben = Router(), listener("ben", audio=2, video=0)
    router.subscribe(ben, 1.0)
    names = ["anna", "cleo", "dora"]
    router.replace(1, {f"{name}.microphone": Route(frozenset(["ben"])) for name in names}, 1.0)
    for name in names:
        router.publish(Source(name, "microphone"), 1.0)
    assert heard(ben) == {"anna.microphone", "cleo.microphone"}
    router.prefer(["dora"], 2.0)
    assert heard(ben) == {"dora.microphone", "anna.microphone"}
    router.prefer(["cleo"], 3.0)
    assert heard(ben) == {"dora.microphone", "cleo.microphone"}
    router.prefer(["cleo", "dora"], 4.0)
    assert heard(ben) == {"dora.microphone", "cleo.microphone"}


def test_a_listener_that_left_is_sent_nothing() -> None:
    router, ben = Router(), listener("ben")
    camera = Source("anna", "camera")
    router.publish(camera, 1.0)
    router.replace(1, routes(anna_camera=["ben"]), 1.0)
    router.subscribe(ben, 1.0)
    router.unsubscribe(ben, 2.0)
    router.unsubscribe(ben, 2.0)
    assert camera.outlets == ()


tracks = st.sampled_from([f"{person}.{source}" for person in PEOPLE for source in ("microphone", "camera")])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("route"), st.dictionaries(tracks, st.sets(st.sampled_from(PEOPLE)))),
        st.tuples(st.just("publish"), tracks),
        st.tuples(st.just("unpublish"), tracks),
        st.tuples(st.just("join"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("leave"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("prefer"), st.permutations(PEOPLE)),
    ),
    max_size=30,
)


@given(acts)
def test_whatever_happens_packets_go_only_where_the_table_allows(script: list[tuple[str, Any]]) -> None:
    router = Router()
    for revision, (act, what) in enumerate(script):
        if act == "route":
            router.replace(revision, {track: Route(frozenset(to)) for track, to in what.items()}, revision)
        elif act == "publish":
            router.publish(Source(*what.split(".")), revision)
        elif act == "unpublish" and what in router.sources:
            router.unpublish(router.sources[what], revision)
        elif act == "join":
            router.subscribe(listener(what, audio=2, video=1), revision)
        elif act == "leave":
            for one in [found for found in router.listeners if found.participant == what]:
                router.unsubscribe(one, revision)
        elif act == "prefer":
            router.prefer(what, revision)
        for source in router.sources.values():
            for one in router.listeners:
                for slot in one.slots:
                    assert (slot.source is source) == (slot in source.layers[0].outlets)
                    if slot in source.layers[0].outlets:
                        assert one.participant in router.of(source.track.id).to
                        assert slot.kind == source.track.kind
        for one in router.listeners:
            bound = [slot.source for slot in one.slots if slot.source is not None]
            assert len(bound) == len(set(bound)) and all(b in router.sources.values() for b in bound)


def test_the_calls_form_of_a_table_is_read() -> None:
    revision, found = read_routes(
        {"revision": 7, "tracks": {"anna.camera": {"to": ["ben"], "record": True, "why": "floor"}}}
    )
    assert revision == 7
    assert found == {"anna.camera": Route(frozenset(["ben"]), True, False, "floor")}


def test_a_single_picture_follows_the_voice_calmly() -> None:
    router, dora = Router(), listener("dora", video=1)
    table = {
        f"{who}.{source}": Route(frozenset({"dora"}))
        for who in PEOPLE[:3]
        for source in ("microphone", "camera")
    }
    router.replace(1, table, 0.0)
    router.subscribe(dora, 0.0)
    for who in PEOPLE[:3]:
        router.publish(Source(who, "camera"), 0.0)

    def shown() -> str:
        return str(describe(dora.slots)[-1]["participant"])

    def after(now: float, *speaking: str) -> str:
        router.prefer(speaking, now)
        return shown()

    assert shown() == "anna"
    assert after(1.0, "ben") == "ben"
    assert after(2.0) == "ben", "silence changes nothing"
    assert after(3.0, "cleo", "ben") == "ben", "who goes on speaking stays"
    assert after(4.0, "cleo") == "cleo"
    assert after(5.0, "nobody") == "cleo", "one who cannot be seen by this listener does not count"
    router.replace(2, {"anna.camera": table["anna.camera"]}, 6.0)
    assert shown() == "anna"


def test_a_paused_slot_stays_bound_and_gets_no_packets() -> None:
    router, ben, camera = Router(), listener("ben"), Source("anna", "camera")
    router.publish(camera, 1.0)
    router.subscribe(ben, 1.0)
    router.replace(1, routes(anna_camera=["ben"]), 2.0)
    ben.changed = False
    (slot,) = router.videos(ben)
    slot.withhold(True, 3.0)
    router.regroup()
    assert camera.outlets == () and heard(ben) == {"anna.camera"}
    assert not router.take_changes(), "who is in which slot is the same"
    slot.withhold(False, 4.0)
    router.regroup()
    assert list(camera.outlets) == [slot]


def test_a_screen_is_kept_longest_then_who_speaks_then_what_flows_then_the_table() -> None:
    router, ben = Router(), listener("ben", video=4)
    table = {f"{name}_camera": ["ben"] for name in ("anna", "cleo", "dora")} | {"dora_screen": ["ben"]}
    for name in ("anna.camera", "cleo.camera", "dora.camera", "dora.screen"):
        who, _, what = name.partition(".")
        router.publish(Source(who, what), 1.0)
    router.subscribe(ben, 1.0)
    router.replace(1, routes(**table), 2.0)

    def order() -> list[str]:
        return [slot.source.track.id for slot in router.videos(ben)]

    assert order() == ["dora.screen", "anna.camera", "cleo.camera", "dora.camera"]
    router.videos(ben)[1].withhold(True, 3.0)
    assert order() == ["dora.screen", "cleo.camera", "dora.camera", "anna.camera"]
    router.prefer(["dora"], 4.0)
    assert order() == ["dora.screen", "dora.camera", "cleo.camera", "anna.camera"]


def crowd(listeners: int = 1, audio: int = 2, video: int = 2) -> tuple[Router, list[Listener], list[str]]:
    """A room of six speakers with two slots per listener."""
    names = ["anna", "ben", "cleo", "dora", "emil", "fred"]
    router = Router()
    to = frozenset(f"ear{n}" for n in range(listeners))
    table = {f"{name}.{source}": Route(to) for name in names for source in ("microphone", "camera")}
    router.replace(1, table, 0.0, presiding=["fred"])
    for track in table:
        who, _, what = track.partition(".")
        router.publish(Source(who, what), 0.0)
    ears = [listener(f"ear{n}", audio, video) for n in range(listeners)]
    for ear in ears:
        router.subscribe(ear, 0.0)
    router.take_changes()
    return router, ears, names


def voices(ear: Listener) -> set[str]:
    return {track.removesuffix(".microphone") for track in heard(ear) if track.endswith("microphone")}


def pictures(ear: Listener) -> set[str]:
    return {track.removesuffix(".camera") for track in heard(ear) if track.endswith("camera")}


def test_a_voice_that_begins_has_a_slot_at_its_first_loud_packet() -> None:
    router, ears, _ = crowd(listeners=3)
    assert router.unheard and voices(ears[0]) == {"anna", "ben"}
    router.attend([("anna", 40), ("ben", 127), ("cleo", 90)], 1.0)
    assert not router.take_changes(), "silence moves nobody"
    router.attend([("anna", 40), ("cleo", 55)], 1.02)
    assert all(voices(ear) == {"anna", "cleo"} for ear in ears), "the quiet one made room at once"
    assert len(router.sources["cleo.microphone"].layers[0].outlets) == 3
    router.attend([("dora", 55)], 1.1)
    assert voices(ears[0]) == {"anna", "cleo"}, "two who are still remembered are not talked over"
    router.attend([("dora", 55)], 4.5)
    assert "dora" in voices(ears[0])


def test_everybody_who_speaks_in_turn_is_heard_by_everybody() -> None:
    router, ears, names = crowd(listeners=4)
    for turn, name in enumerate(names * 2):
        router.attend([(name, 35)], 1.0 + 2 * turn)
        assert all(name in voices(ear) for ear in ears)


def test_without_a_crowd_nothing_needs_attention() -> None:
    router, _, _ = crowd(audio=6)
    assert not router.unheard


def test_the_chair_is_seen_then_who_spoke_and_whom_one_asked_for() -> None:
    router, (ear,), _ = crowd(video=3)
    assert pictures(ear) == {"fred", "anna", "ben"}
    router.prefer(["emil"], 1.0)
    assert pictures(ear) == {"fred", "emil", "anna"}
    router.view(ear, ["cleo", "dora", "nobody"], None, 2.0)
    assert pictures(ear) == {"cleo", "dora", "fred"}
    router.view(ear, [], 1, 3.0)
    assert pictures(ear) == {"fred"}
    assert ear.left_out, "what is not shown may be asked for"
    router.view(ear, [], None, 4.0)
    assert pictures(ear) == {"fred", "emil", "anna"}


def test_a_slot_that_waits_for_another_layer_is_given_the_packets_of_both() -> None:
    router, ben, camera = Router(), listener("ben"), Source("anna", "camera", layers=3)
    router.publish(camera, 1.0)
    router.subscribe(ben, 1.0)
    router.replace(1, routes(anna_camera=["ben"]), 2.0)
    low, _, high = camera.layers
    (slot,) = router.videos(ben)
    slot.next = high
    router.regroup()
    assert [layer.outlets for layer in camera.layers] == [(slot,), (), (slot,)]
    slot.inlet, slot.next = high, None
    router.regroup()
    assert [layer.outlets for layer in camera.layers] == [(), (), (slot,)]
    router.replace(2, {}, 3.0)
    assert low.outlets == high.outlets == ()
