"""The commands behind make's targets: `python -m lib <command> [NAME=value …]`.

Each is given the variables of make's command line, or those of its own.
"""

import sys
import traceback

from lib.base import errors, settings


def run(given: dict, notebook: str) -> None:
    """Bring one notebook up to date."""
    from lib.commands import execute

    execute.run(notebook, as_given(given))


def data(given: dict) -> None:
    """Draw the drawn world."""
    from lib.commands import execute

    execute.prepare(settings.parse(given))


def data_coco(given: dict) -> None:
    """Fetch photographs of COCO into the course layout."""
    from lib.data import coco

    limit, urls = settings.photographs(given)
    coco.build(limit, coco.Source(**{name.lower(): url for name, url in urls.items()}))


def xgboost_reference(given: dict) -> None:
    """Run XGBoost the obvious way once, and further seeds."""
    from lib.chapters import long

    long.xgboost_reference(as_given(given))


def caption_long(given: dict) -> None:
    """Train a larger captioner for longer."""
    from lib.chapters.caption import long

    long.main(as_given(given))


def clip_long(given: dict) -> None:
    """Fine-tune the embedded CLIP for longer."""
    from lib.chapters.clip import long

    long.main(as_given(given))


def baby_long(given: dict) -> None:
    """Train the baby CLIPs for longer, and with one alteration at a time."""
    from lib.chapters.baby import long

    long.main(as_given(given))


def weights(given: dict) -> None:
    """Download what the chapters can use on photographs."""
    from lib.data import wanted

    wanted.fetch_all(settings.parse({"DATA": "course", **given}))


def benchmark(_: dict) -> None:
    """Measure how fast CLIP embeds."""
    from lib.commands import benchmark as measured
    from lib.commands import execute

    execute.prepare(settings.Settings())
    measured.main()


def pretrain(given: dict) -> None:
    """Pretrain the embedded CLIP."""
    from lib.methods.clip import pretrain

    pretrain.main(*settings.pretraining(given))


def search(given: dict) -> None:
    """Search a person's own photos."""
    from lib.photos import search

    search.main(settings.searching(given))


def site(given: dict) -> None:
    """Bring the site up to date."""
    from lib.show.site import build

    build.update(as_given(given))


def serve(given: dict) -> None:
    """Bring the site up to date and show it on this machine's own address."""
    from lib.show.site import serve

    serve.forever(as_given(given), settings.port(given))


def table(given: dict, started: str) -> None:
    """Print what a report measured and cost."""
    from lib.commands import console

    console.print_report(settings.check(as_given(given)), float(started))


def verify(_: dict) -> None:
    """Check the committed records."""
    from lib.commands import verify

    verify.main()


def publish(_: dict) -> None:
    """Put the outputs of a full run into the committed notebooks."""
    from lib.commands import publish

    publish.main()


def readme(_: dict) -> None:
    """Render README's generated part."""
    from lib.show import readme

    readme.update()


def helptext(_: dict) -> None:
    """Print the targets."""
    from lib.commands import console

    print(console.helptext())


def as_given(given: dict) -> settings.Settings:
    """The user's settings as they came, checked but with the name left as it was."""
    return settings.Settings(**{**vars(settings.parse(given)), "name": given.get("NAME", "")})


COMMANDS = {
    "run": run,
    "data": data,
    "data-coco": data_coco,
    "xgboost-reference": xgboost_reference,
    "caption-long": caption_long,
    "clip-long": clip_long,
    "baby-long": baby_long,
    "weights": weights,
    "benchmark": benchmark,
    "pretrain": pretrain,
    "search": search,
    "site": site,
    "serve": serve,
    "table": table,
    "verify": verify,
    "publish": publish,
    "readme": readme,
    "help": helptext,
}


def main(arguments: list[str]) -> int:
    """Run a command; what stops it is told without a traceback."""
    command, *words = [word for word in arguments if "=" not in word]
    given = dict(word.split("=", 1) for word in arguments if "=" in word)
    try:
        COMMANDS[command](given, *words)
    except KeyboardInterrupt as stop:
        traceback.clear_frames(stop.__traceback__)  # closes progress bars, so that ours comes last
        print("\nStopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    except (ValueError, RuntimeError, OSError, MemoryError) as error:
        print(f"\n{errors.message(error)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:], *settings.typed()]))
