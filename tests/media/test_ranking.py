"""Who comes first: voices by how loud they are and were, pictures by what the hearing is about."""

from media.packet import Track
from media.ranking import FADE, STAY, Ranking


def voice(who: str) -> Track:
    return Track(f"{who}.microphone", "audio", "microphone", "opus", 48000)


def picture(who: str, source: str = "camera") -> Track:
    return Track(f"{who}.{source}", "video", source, "vp8", 90000)


def test_a_voice_counts_while_it_is_remembered_and_silence_is_none() -> None:
    ranking = Ranking()
    assert not ranking.hear("anna", 127, 1.0) and not ranking.hear("anna", 70, 1.0)
    assert ranking.hear("anna", 40, 1.0)
    assert ranking.loudness("anna", 1.0) == 30
    assert ranking.loudness("anna", 2.0) == 30 - FADE
    assert ranking.hear("anna", 65, 2.0), "a soft syllable does not make one forget the loud one"
    assert ranking.loudness("anna", 2.0) == 30 - FADE
    assert ranking.loudness("anna", 9.0) == ranking.loudness("ben", 9.0) == 0


def order(ranking: Ranking, now: float, *people: str, seated: tuple[str, ...] = ()) -> list[str]:
    return sorted(people, key=lambda who: ranking.voice(voice(who), who in seated, now))


def test_voices_are_sorted_by_loudness_then_by_who_spoke_then_by_the_table() -> None:
    ranking = Ranking()
    ranking.seat([voice(who).id for who in ("anna", "ben", "cleo")], [])
    assert order(ranking, 1.0, "cleo", "ben", "anna") == ["anna", "ben", "cleo"]
    ranking.spoke(["cleo"], 1.0)
    assert order(ranking, 1.0, "anna", "ben", "cleo") == ["cleo", "anna", "ben"]
    ranking.hear("ben", 40, 2.0)
    assert order(ranking, 2.0, "anna", "ben", "cleo") == ["ben", "cleo", "anna"]
    assert order(ranking, 9.0, "anna", "ben", "cleo") == ["cleo", "anna", "ben"]


def test_who_has_a_slot_keeps_it_against_one_who_is_hardly_louder() -> None:
    ranking = Ranking()
    ranking.hear("anna", 40, 1.0)
    ranking.hear("ben", 40 - int(STAY) + 2, 1.0)
    assert order(ranking, 1.0, "anna", "ben") == ["ben", "anna"]
    assert order(ranking, 1.0, "anna", "ben", seated=("anna",)) == ["anna", "ben"]
    assert order(ranking, 5.0, "ben", "anna", seated=("anna",)) == ["ben", "anna"], "the past is no claim"


def test_pictures_are_the_screen_the_asked_for_who_presides_and_who_spoke() -> None:
    ranking = Ranking()
    people = ["anna", "ben", "cleo", "chair"]
    ranking.seat([picture(who).id for who in people], ["chair"])
    tracks = [*map(picture, people), picture("cleo", "screen")]

    def shown(*first: str) -> list[str]:
        return [track.id for track in sorted(tracks, key=lambda track: ranking.picture(track, first))]

    assert shown() == ["cleo.screen", "chair.camera", "anna.camera", "ben.camera", "cleo.camera"]
    ranking.spoke(["cleo", "ben"], 1.0)
    assert shown() == ["cleo.screen", "chair.camera", "cleo.camera", "ben.camera", "anna.camera"]
    assert shown("anna", "ben")[1:4] == ["anna.camera", "ben.camera", "chair.camera"]


def test_a_single_picture_is_a_screen_or_follows_the_word() -> None:
    ranking = Ranking()
    ranking.spoke(["anna", "ben"], 1.0)
    tracks = [picture("ben"), picture("anna")]
    assert min(tracks, key=lambda track: ranking.single(track, "")) == picture("anna")
    assert min(tracks, key=lambda track: ranking.single(track, "ben")) == picture("ben")
    tracks.append(picture("cleo", "screen"))
    assert min(tracks, key=lambda track: ranking.single(track, "ben")) == picture("cleo", "screen")
