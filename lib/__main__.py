"""The commands behind make's targets: `python -m lib <command> …`."""

import sys

from lib import settings


def run(notebook: str, *variables: str) -> None:
    """Bring one notebook up to date."""
    from lib import execute

    execute.run(notebook, given(variables))


def data(*variables: str) -> None:
    """Build the embedded data."""
    from lib import execute

    execute.prepare(settings.parse(dict(variable.split("=", 1) for variable in variables)))


def data_coco(*variables: str) -> None:
    """Fetch photographs of COCO into the course layout."""
    from lib.data import coco

    limit, urls = settings.photographs(dict(v.split("=", 1) for v in variables))
    coco.build(limit, coco.Source(**{name.lower(): url for name, url in urls.items()}))


def xgboost_reference(*variables: str) -> None:
    """Run XGBoost the obvious way once, and further seeds."""
    from lib import long

    long.xgboost_reference(given(variables))


def caption_long(*variables: str) -> None:
    """Train a larger captioner for longer."""
    from lib.caption import long

    long.main(given(variables))


def clip_long(*variables: str) -> None:
    """Fine-tune the embedded CLIP for longer."""
    from lib.clip import long

    long.main(given(variables))


def baby_long(*variables: str) -> None:
    """Train the baby CLIPs for longer, and with one alteration at a time."""
    from lib.baby import long

    long.main(given(variables))


def weights(*variables: str) -> None:
    """Download what the chapters can use on photographs."""
    from lib import wanted

    wanted.fetch_all(settings.parse({"DATA": "course", **dict(v.split("=", 1) for v in variables)}))


def benchmark() -> None:
    """Measure how fast CLIP embeds."""
    from lib import execute
    from lib.clip import benchmark as measured

    execute.prepare(settings.Settings())
    measured.main()


def pretrain(*variables: str) -> None:
    """Pretrain the embedded CLIP."""
    from lib.clip import pretrain

    pretrain.main(*settings.pretraining(dict(v.split("=", 1) for v in variables)))


def search(*variables: str) -> None:
    """Search a person's own photos."""
    from lib.photos import search

    search.main(settings.searching(dict(v.split("=", 1) for v in variables)))


def site(*variables: str) -> None:
    """Bring the site up to date."""
    from lib.site import build

    build.update(given(variables))


def serve(*variables: str) -> None:
    """Bring the site up to date and show it on this machine's own address."""
    from lib.site import serve

    serve.forever(given(variables), settings.port(dict(v.split("=", 1) for v in variables)))


def table(started: str, *variables: str) -> None:
    """Print what a report measured and cost."""
    from lib import console

    console.print_report(settings.check(given(variables)), float(started))


def verify() -> None:
    """Check the committed records."""
    from lib import verify

    verify.main()


def publish() -> None:
    """Put the outputs of a full run into the committed notebooks."""
    from lib import publish

    publish.main()


def readme() -> None:
    """Render README's generated part."""
    from lib import readme

    readme.update()


def helptext() -> None:
    """Print the targets."""
    from lib import console

    print(console.helptext())


def given(variables: tuple[str, ...]) -> settings.Settings:
    """The user's settings as they came, checked but with the name left as it was."""
    pairs = dict(variable.split("=", 1) for variable in variables)
    checked = settings.parse(pairs)
    return settings.Settings(**{**vars(checked), "name": pairs.get("NAME", "")})


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
    """Run a command; an error that is the user's to mend is printed without a traceback."""
    try:
        COMMANDS[arguments[0]](*arguments[1:])
    except (ValueError, RuntimeError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
