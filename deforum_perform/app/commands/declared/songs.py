"""Declared: songs, undo, the imported settings file, and the check."""

from __future__ import annotations

from ....core.song.song import MAX_FPS
from ....core.units import MAX_CADENCE, MAX_SECONDS
from ...deforum.checks import OUTCOMES
from ..command import Argument, Command, Result
from ..kinds import Choice, Flag, Kind, Number, Object, Objects, SettingsFile, Text, Texts, Whole
from .samples import LANE, OTHER_SONG, SONG, TRASHED_SONG

_OPEN = (Result("id", Text(), "The song that is open now"),)
_STEP = (
    Result("label", Text(), "The step"),
    Result("revision", Whole(0, None), "Revision of the state after it"),
)
_LENGTH = Number(0.01, MAX_SECONDS, "s")
_TEMPO = Number(10, 999, "beats/min")


def _song(where: str = "songs") -> Argument:
    return Argument("id", Text(), f"The song, from `{where}` of `GET /songs`")


def _change(name: str, kind: Kind, about: str, *, nullable: bool = False) -> Argument:
    return Argument(name, kind, about, required=False, nullable=nullable)


LIBRARY = (
    Command(
        "song.new",
        "Make a song and open it.",
        (Argument("name", Text(), "Its name"),),
        _OPEN,
        {"name": "Night drive"},
    ),
    Command("song.open", "Open a song.", (_song(),), _OPEN, {"id": OTHER_SONG}),
    Command(
        "song.open_backup",
        "Open a copy of a damaged song, made from its backup. The damaged one stays unchanged.",
        (_song(),),
        _OPEN,
        {"id": OTHER_SONG},
    ),
    Command(
        "song.rename",
        "Give a song another name.",
        (
            Argument("name", Text(), "The new name"),
            Argument("id", Text(), "The song; left out or null: the one that is open", False, True),
        ),
        (Result("name", Text(), "The name, without invalid characters"),),
        {"name": "Night drive, slow"},
    ),
    Command(
        "song.duplicate",
        "Copy a song with its takes, and open the copy.",
        (
            _song(),
            Argument("name", Text(), "Name of the copy; left out or null: that of the song and “copy”", False, True),
        ),
        _OPEN,
        {"id": SONG, "name": "Night drive, second version"},
    ),
    Command(
        "song.trash",
        "Move a song to the trash. If it is open, the latest other song is opened.",
        (_song(),),
        _OPEN,
        {"id": OTHER_SONG},
    ),
    Command("song.restore", "Restore a song from the trash.", (_song("trashed"),), example={"id": TRASHED_SONG}),
)

SETTINGS = (
    Command(
        "song.change",
        "Change the given settings in one undo step.",
        (
            _change("fps", Number(0.1, MAX_FPS, "frames/s"), "Frame rate"),
            _change("length_s", _LENGTH, "Length; null: that of its takes", nullable=True),
            _change("start_s", Number(0, MAX_SECONDS, "s"), "Song time at which recording starts"),
            _change("cadence", Whole(1, MAX_CADENCE, "frames"), "Cadence; null: that of Deforum's tab", nullable=True),
            _change("tempo_bpm", _TEMPO, "Tempo; null: none", nullable=True),
            _change("set_fps", Flag(), "Whether Apply sets Deforum's fps too"),
            _change("set_distribution", Flag(), "Whether Apply sets the Forge fork's keyframe distribution to Off"),
            _change("sender_time", Flag(), "Whether new takes play by their sender's times, where known"),
        ),
        (
            Result("start_s", Number(0, MAX_SECONDS, "s"), "Where the start was moved to, if it was", always=False),
            Result(
                "speed",
                Object(),
                "If another frame rate made motions faster or slower: their `lanes`, the `factor` and `from_fps`",
                always=False,
            ),
        ),
        {"fps": 24, "tempo_bpm": 120},
    ),
    Command(
        "song.stretch",
        "Give the song another tempo or length, and move everything recorded with it. One of the two is needed.",
        (
            _change("tempo_bpm", _TEMPO, "The new tempo, for a song that has one", nullable=True),
            _change("length_s", _LENGTH, "The new length, where `tempo_bpm` is left out or null", nullable=True),
        ),
        (Result("seconds", Number(unit="s"), "Length of the song now"),),
        {"length_s": 60},
    ),
    Command(
        "song.keep_speed",
        "After a change of the frame rate: let motions that are played by steps per frame move as fast as before.",
        (Argument("from_fps", Number(0.1, MAX_FPS, "frames/s"), "The frame rate before"),),
        example={"from_fps": 30},
    ),
    Command("undo", "Undo the last step.", returns=_STEP),
    Command("redo", "Redo the step that was undone last.", returns=_STEP),
)

_LANES = Argument("lanes", Texts(), "The lanes; left out or null: all that play and are not muted", False, True)
_CHECK = (
    Result("check", Text(), "Id of the check"),
    Result("revision", Whole(0, None), "Revision of the state that was checked, or of an older one"),
    Result("frames", Whole(1, None), "Frames of the song"),
    Result("max_frames", Whole(1, None), "The required value of Deforum's max frames"),
    Result("fps", Number(unit="frames/s"), "Frame rate"),
    Result("cadence", Whole(1, None, "frames"), "Cadence"),
    Result("checked_by", Choice(("deforum", "perform")), "The reader that read the texts back"),
    Result(
        "lanes",
        Objects(),
        "For each lane: `id`, `field`, `label`, `keys`, `characters`, `largest_error` and `tolerance` in the"
        " field's unit, `error_frame`, `blocked`, `idle`, `problems`; for motion, `largest_drift`, the largest sum of"
        " the errors (for factors, of their logarithms), and `drift`, its bound",
    ),
    Result(
        "problems",
        Objects(),
        "Problems that concern all lanes: `code`, `message`, `remedy`, `frame`, `blocks`, `idle`, `fix`",
    ),
    Result("acting", Whole(0, None), "How many lanes have an effect in the render"),
    Result("can_apply", Flag(), "Whether Apply would write"),
)
_OUTCOME = (
    Result("outcome", Choice(OUTCOMES), "`asks`: no lane would have an effect; `refused`: `can_apply` is false"),
    Result("checked_again", Flag(), "Whether the check is a later one than the one you passed"),
)

DEFORUM = (
    Command(
        "settings.import",
        "Make a Deforum settings file the base that exported settings files and lanes start from.",
        (
            Argument("name", Text(), "Name of the file"),
            Argument("settings", SettingsFile(), "The file, up to 20 MB: its text, or its names and values"),
        ),
        (
            Result("settings", Whole(0, None), "How many settings it has"),
            Result("remarks", Texts(), "What was converted, as Deforum's own loader does"),
        ),
        {"name": "settings.txt", "settings": {"zoom": "0: (1.0025)", "max_frames": 240}},
    ),
    Command("settings.clear", "Remove the imported settings file."),
    Command(
        "settings.export",
        "Check, and make a Deforum settings file from what was checked, unless the check finds a blocking problem.",
        (
            _LANES,
            Argument(
                "check",
                Text(),
                "Id of the check that you have seen; left out or null: none. If anything has changed since, the lanes"
                " are checked again",
                False,
                True,
            ),
            Argument("ask", Flag(), "Whether to make no file if no lane would have an effect; left out: false", False),
        ),
        (
            *_CHECK,
            *_OUTCOME,
            Result("file", Object(), "The file: `name`, `text` and `remarks`; null: none was made", nullable=True),
        ),
        {"lanes": [LANE], "ask": True},
    ),
    Command(
        "check",
        "Read back what Apply would write and compare it with what was played, without changing anything.",
        (_LANES,),
        _CHECK,
        {"lanes": [LANE]},
    ),
)

COMMANDS = (*LIBRARY, *SETTINGS, *DEFORUM)
