"""Commands come from one table: a new one is an entry and its function."""

import ast
import importlib
import inspect
import re

from lib.base import commands, paths

ENTRY = """
[commands.greet]
help = "greet somebody"
variables = ["RUN", "TOP"]
code = "lib.commands.greet:main"

"""
CODE = """
def main(settings, top):
    print(settings, top)
"""


def test_a_new_command_is_an_entry_and_a_function(project):
    table = project.root / "lib/base/commands.toml"
    table.write_text(table.read_text().replace("\n[commands.lab]", f"{ENTRY}[commands.lab]"))
    (project.root / "lib/commands/greet.py").write_text(CODE)
    done = project.make("greet", "TOP=3", "SIZE=tiny", "NAME=mine", "PYTHONPATH=/nowhere")
    assert done.returncode and "make greet does not know PYTHONPATH" in done.stderr
    done = project.make("greet", "TOP=3", "SIZE=tiny", "NAME=mine")
    assert done.returncode == 0, done.stderr
    assert "name='mine', size='tiny'" in done.stdout and done.stdout.endswith(") 3\n")
    done = project.make("greet", "TOP=0")
    assert done.returncode and "TOP=0 cannot be: it is how many photos to show" in done.stderr
    assert "  greet             greet somebody\n" in project.make("help").stdout


def test_every_target_of_the_makefile_is_in_the_table_and_the_other_way_round(project):
    database = project.make("-pn", "settings").stdout
    phony = re.search(r"^\.PHONY: (.*)$", database, re.MULTILINE)[1].split()
    assert {*phony} == {*commands.COMMANDS, *paths.notebooks(), "settings"}
    own = re.search(r"^override OWN := (.*)$", (paths.ROOT / "Makefile").read_text(), re.M)[1]
    assert {*own.split()} == {n for n, c in commands.COMMANDS.items() if not c.code} | {"help"}


def test_renamed_chapters_are_told_by_make(project):
    for old, new in commands.RENAMED.items():
        done = project.make(old)
        assert done.returncode == 2 and done.stderr.startswith(f"{old} is now called {new}: ")
        assert done.stderr.count("\n") == 2, "one sentence, and make's own line"


def test_what_a_command_names_is_there_and_takes_what_it_is_given():
    codes = {name: command.code for name, command in commands.COMMANDS.items() if command.code}
    for name, code in (codes | commands.STEPS).items():
        module, _, function = code.partition(":")
        path = paths.ROOT / f"{module.replace('.', '/')}.py"
        nodes = {node.name: node for node in ast.parse(path.read_text("utf-8")).body
                 if isinstance(node, ast.FunctionDef)}  # fmt: skip
        taken = {argument.arg.rstrip("_") for argument in nodes[function].args.args}
        if name in commands.COMMANDS:
            variables = commands.variables_of(commands.COMMANDS[name])
            assert taken <= {"settings", *map(str.lower, variables)}, name
    console = importlib.import_module("lib.commands.console")
    assert list(inspect.signature(console.print_report).parameters) == ["settings", "started"]
