"""Compile the reader: the same answers, twice as fast.

    python -m tools.compile_reader build/compiled

The folder gets a copy of the bot in which mypyc has compiled all that reading an article takes
(`bot.news.claims` and what it imports); its `data` is the checkout's. `python -P -m bot` runs that
copy with the folder in PYTHONPATH (`make run COMPILED=1`). A C compiler is needed to make it.

A compiled class keeps its attributes in a C struct, but only those that mypyc can see. Two kinds it
cannot: the values of `bot.news.lazy`, and those set by the constructor of a dataclass, which Python
writes when it makes the class. Both are written out here first; the sources stay as they are.
"""

import argparse
import ast
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "bot.news."
ENTRANCE = "claims"
# `lazy` is written out; what `model` has goes through the whole bot, which may copy and pickle it.
LEFT = frozenset({"lazy", "model"})
MARK = ".compiled-reader"  # Stands in a folder made here, which alone may be emptied.


class UnreadableError(ValueError):
    """A class that cannot be written out; says which and why."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the folder anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", default="3", choices="0123", help="how far gcc optimises")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    modules = prepare(folder)
    compile_modules(folder, modules, options.level)
    sys.stdout.write(f"{len(modules)} modules compiled in {options.folder}\n")


def prepare(folder: Path) -> list[Path]:
    """Copy the bot to a folder, the reader written out; its modules, relative to the folder.

    Raises SystemExit for a folder that holds anything else, or is part of the sources.
    """
    if any(folder.is_relative_to(ROOT / package) for package in ("bot", "cogs")):
        raise SystemExit(f"{folder} is part of the sources. Name a folder beside them.")
    if folder.exists() and not (folder.is_dir() and _is_ours(folder)):
        raise SystemExit(f"{folder} holds something else. Remove it, or name another folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    for package in ("bot", "cogs"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    for name in ("data", ".env"):
        (folder / name).symlink_to(ROOT / name)
    modules = [Path(*PACKAGE.split(".")[:-1], f"{name}.py") for name in sorted(reader_modules())]
    for module in modules:
        source = (ROOT / module).read_text(encoding="utf-8")
        (folder / module).write_text(written_out(source), encoding="utf-8")
    return modules


def _is_ours(folder: Path) -> bool:
    return (folder / MARK).exists() or not any(folder.iterdir())


def reader_modules() -> set[str]:
    """The modules of bot.news that reading an article takes, by name."""
    found: set[str] = set()
    waiting = {ENTRANCE}
    while waiting:
        name = waiting.pop()
        found.add(name)
        source = (ROOT / "bot" / "news" / f"{name}.py").read_text(encoding="utf-8")
        waiting |= set(_imported(ast.parse(source))) - found - LEFT
    return found


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
            yield node.module.removeprefix(PACKAGE)


def compile_modules(folder: Path, modules: Sequence[Path], level: str) -> None:
    """Compile modules of a folder beside their sources. Raises SystemExit where that fails; what
    mypyc or the C compiler found stands on stderr."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.errors import CompileError, LinkError, PlatformError

    with chdir(folder):
        extensions = mypycify([str(module) for module in modules], opt_level=level)
        if sys.platform == "linux":
            for extension in extensions:
                # Calls into Python without a stub each: a twentieth of the time.
                extension.extra_compile_args.append("-fno-plt")
        building = Distribution({"name": "reader", "ext_modules": extensions})
        building.get_command_obj("build_ext").inplace = True
        try:
            building.run_command("build_ext")
        except (CompileError, LinkError, PlatformError) as error:
            needed = "A C compiler and Python's headers are needed (Debian: gcc, python3-dev)."
            raise SystemExit(f"Not compiled: {error}. {needed}") from error


def written_out(source: str) -> str:
    """A module's source with the lazy values and the constructors of its dataclasses written out.

    Raises UnreadableError for a class that has what is not known here.
    """
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            _write_out(node)
    tree.body = [node for node in tree.body if not _is_import_of_lazy(node)]
    return ast.unparse(tree) + "\n"


def _is_import_of_lazy(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == f"{PACKAGE}lazy"


def _write_out(node: ast.ClassDef) -> None:
    values = _without_lazy(node)
    if any(_named(decorator) == "dataclass" for decorator in node.decorator_list):
        _with_constructor(node)
    if values:
        constructor = _constructor_of(node)
        constructor.body[:0] = [
            _statement(f"self._kept_{name}: {kind} | None = None") for name, kind in values
        ]


def _without_lazy(node: ast.ClassDef) -> list[tuple[str, str]]:
    """Turn lazy values into properties that keep what they found; their names and types."""
    values: list[tuple[str, str]] = []
    body: list[ast.stmt] = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and "lazy" in map(_named, item.decorator_list):
            if item.returns is None:
                raise UnreadableError(f"{node.name}.{item.name} has no type")
            name, kind = item.name, ast.unparse(item.returns)
            values.append((name, kind))
            item.name, item.decorator_list = f"_make_{name}", []
            body.append(
                _statement(
                    f"@property\n"
                    f"def {name}(self) -> {kind}:\n"
                    f"    value = self._kept_{name}\n"
                    f"    if value is None:\n"
                    f"        value = self._make_{name}()\n"
                    f"        self._kept_{name} = value\n"
                    f"    return value"
                )
            )
        body.append(item)
    node.body = body
    return values


def _with_constructor(node: ast.ClassDef) -> None:
    """Give a dataclass the constructor that Python would write, and let it keep the rest.

    It is no longer frozen, since nothing compiled could set it otherwise; mypy has seen to it that
    nothing does.
    """
    (place,) = [i for i, d in enumerate(node.decorator_list) if _named(d) == "dataclass"]
    settings = _settings(node.name, node.decorator_list[place])
    has_eq = settings.get("eq", True)
    has_hash = has_eq and settings.get("frozen", False)
    node.decorator_list[place] = _expression(
        f"dataclass(init=False, eq={has_eq}, unsafe_hash={has_hash})"
    )
    has_more = any(isinstance(f, ast.FunctionDef) and f.name == "__post_init__" for f in node.body)
    if node.bases or has_more:
        raise UnreadableError(f"{node.name} is a dataclass with a base or __post_init__")
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
    if any("ClassVar" in ast.unparse(item.annotation) for item in fields):
        raise UnreadableError(f"{node.name} is a dataclass with a ClassVar")
    parameters, body = ["self"], []
    for item in fields:
        name, kind = ast.unparse(item.target), ast.unparse(item.annotation)
        default, made = _default(node.name, item.value)
        kind += " | None" if made else ""
        parameters.append(f"{name}: {kind}" + (f" = {default}" if default else ""))
        body.append(
            f"    self.{name} = " + (f"{made}() if {name} is None else {name}" if made else name)
        )
    head = f"def __init__({', '.join(parameters)}) -> None:\n"
    constructor = _statement(head + "\n".join(body or ["    pass"]))
    last = max((node.body.index(item) for item in fields), default=0)
    node.body.insert(last + 1, constructor)


def _settings(name: str, decorator: ast.expr) -> dict[str, bool]:
    """What a class asks of `dataclass`. Raises UnreadableError for what is not written out here."""
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    settings = {str(k.arg): ast.literal_eval(k.value) for k in keywords}
    if unknown := settings.keys() - {"frozen", "slots", "eq"}:
        raise UnreadableError(f"{name} is a dataclass with {', '.join(sorted(unknown))}")
    return settings


def _default(owner: str, value: ast.expr | None) -> tuple[str, str]:
    """What a field is by default, and what makes its value where that is None.

    Raises UnreadableError for a field that says more.
    """
    if value is None:
        return "", ""
    if not (isinstance(value, ast.Call) and _named(value) == "field"):
        return ast.unparse(value), ""
    match value.keywords:
        case [ast.keyword(arg="default_factory", value=made)]:
            return "None", ast.unparse(made)
        case [ast.keyword(arg="default", value=default)]:
            return ast.unparse(default), ""
    raise UnreadableError(f"{owner} has {ast.unparse(value)}")


def _constructor_of(node: ast.ClassDef) -> ast.FunctionDef:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            return item
    raise UnreadableError(f"{node.name} has lazy values and no constructor")


def _named(node: ast.expr) -> str:
    """The name of a decorator or of what is called."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.id if isinstance(called, ast.Name) else ""


def _statement(text: str) -> ast.stmt:
    (node,) = ast.parse(text).body
    return node


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


if __name__ == "__main__":
    main()
