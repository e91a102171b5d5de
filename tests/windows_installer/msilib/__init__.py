"""A `msilib` for machines that are not Windows: all rows of an installer, written as JSON."""

from __future__ import annotations

import json
import os
from typing import Any

from . import schema, sequence, text

__all__ = ["schema", "sequence", "text"]

Win64 = os.environ.get("FAKE_MSILIB_BITS") != "32"


class Database:
    """An installer: rows by table, and what else was asked of it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.tables: dict[str, list[Any]] = {}
        self.summary: dict[str, Any] = {}
        self.commits = 0
        self.files = 0

    def Commit(self) -> None:
        self.commits += 1
        content = {"summary": self.summary, "commits": self.commits, "tables": self.tables}
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)


def init_database(
    name: str, schema: Any, ProductName: str, ProductCode: str, ProductVersion: str, Manufacturer: str
) -> Database:
    assert not os.path.exists(name) and os.path.isabs(name)
    database = Database(name)
    names = ("product", "code", "version", "manufacturer")
    values = (ProductName, ProductCode, ProductVersion, Manufacturer)
    database.summary = {"schema": schema.__name__, **dict(zip(names, values, strict=True))}
    return database


def add_tables(db: Database, module: Any) -> None:
    for table in module.tables:
        add_data(db, table, getattr(module, table))


def add_data(db: Database, table: str, values: list[Any]) -> None:
    for row in values:
        assert isinstance(row, tuple), row
        assert all(each is None or isinstance(each, (int, str, Binary)) for each in row), row
    rows = [[str(each) if isinstance(each, Binary) else each for each in row] for row in values]
    db.tables.setdefault(table, []).extend(rows)


count = 0


def gen_uuid() -> str:
    global count
    count += 1
    return f"{{{count:032}}}"


class Binary:
    def __init__(self, fname: str) -> None:
        with open(fname, "rb") as file:
            self.content = file.read().decode()

    def __str__(self) -> str:
        return f"binary: {self.content}"


class CAB:
    def __init__(self, name: str) -> None:
        self.name = name
        self.files: list[tuple[str, str]] = []
        self.keys: set[str] = set()

    def commit(self, db: Database) -> None:
        add_data(db, "Cabinet", list(self.files))
        add_data(db, "Media", [(1, len(self.files), None, f"#{self.name}", None, None)])
        db.Commit()


class Feature:
    def __init__(
        self,
        db: Database,
        id: str,
        title: str,
        desc: str,
        display: int,
        level: int = 1,
        parent: Feature | None = None,
        directory: str | None = None,
        attributes: int = 0,
    ) -> None:
        self.id = id
        add_data(
            db, "Feature", [(id, parent and parent.id, title, desc, display, level, directory, attributes)]
        )


class Directory:
    def __init__(
        self,
        db: Database,
        cab: CAB,
        basedir: Directory | None,
        physical: str,
        _logical: str,
        default: str,
        componentflags: int | None = None,
    ) -> None:
        self.db, self.cab, self.basedir, self.physical = db, cab, basedir, physical
        self.logical, self.number = _logical, 1
        known = {row[0] for row in db.tables.get("Directory", [])}
        while self.logical in known:
            self.number += 1
            self.logical = f"{_logical}{self.number}"
        self.component: str | None = None
        self.short_names: set[str] = set()
        self.absolute = os.path.join(basedir.absolute, physical) if basedir else physical
        add_data(db, "Directory", [(self.logical, basedir and basedir.logical, default)])

    def make_short(self, file: str) -> str:
        stem, dot, ending = file.upper().rpartition(".")
        for number in range(1, 100):
            short = f"{(stem or file.upper())[:6]}~{number}{dot}{ending[:3] if dot else ''}"
            if short not in self.short_names:
                self.short_names.add(short)
                return short
        raise AssertionError(file)

    def start_component(
        self, component: str, feature: Feature, flags: int, keyfile: None = None, uuid: str | None = None
    ) -> None:
        assert isinstance(feature, Feature)
        self.component = component
        row = (component, uuid or gen_uuid(), self.logical, flags, None, keyfile)
        add_data(self.db, "Component", [row])
        add_data(self.db, "FeatureComponents", [(feature.id, component)])

    def add_file(self, file: str, src: None = None, version: str | None = None, language: None = None) -> str:
        path = os.path.join(self.absolute, src or file)
        self.db.files += 1
        key = f"file{self.db.files}.{file}"
        self.cab.files.append((os.path.relpath(path), key))
        size = os.stat(path).st_size
        names = f"{self.make_short(file)}|{file}"
        add_data(self.db, "File", [(key, self.component, names, size, version, language, 512, self.db.files)])
        return key


class Control:
    def __init__(self, dlg: Dialog, name: str) -> None:
        self.dlg, self.name = dlg, name

    def event(self, event: str, argument: str, condition: str = "1", ordering: int | None = None) -> None:
        row = (self.dlg.name, self.name, event, argument, condition, ordering)
        add_data(self.dlg.db, "ControlEvent", [row])

    def mapping(self, event: str, attribute: str) -> None:
        add_data(self.dlg.db, "EventMapping", [(self.dlg.name, self.name, event, attribute)])

    def condition(self, action: str, condition: str) -> None:
        add_data(self.dlg.db, "ControlCondition", [(self.dlg.name, self.name, action, condition)])


class RadioButtonGroup(Control):
    def __init__(self, dlg: Dialog, name: str, property: str) -> None:
        super().__init__(dlg, name)
        self.property, self.index = property, 1

    def add(self, name: str, x: int, y: int, w: int, h: int, text: str, value: str | None = None) -> None:
        row = (self.property, self.index, value or name, x, y, w, h, text, None)
        add_data(self.dlg.db, "RadioButton", [row])
        self.index += 1


class Dialog:
    def __init__(
        self,
        db: Database,
        name: str,
        x: int,
        y: int,
        w: int,
        h: int,
        attr: int,
        title: str,
        first: str,
        default: str | None,
        cancel: str | None,
    ) -> None:
        self.db, self.name, self.x, self.y, self.w, self.h = db, name, x, y, w, h
        add_data(db, "Dialog", [(name, x, y, w, h, attr, title, first, default, cancel)])

    def control(
        self,
        name: str,
        type: str,
        x: int,
        y: int,
        w: int,
        h: int,
        attr: int,
        prop: str | None,
        text: str | None,
        next: str | None,
        help: str | None,
    ) -> Control:
        row = (self.name, name, type, x, y, w, h, attr, prop, text, next, help)
        add_data(self.db, "Control", [row])
        return Control(self, name)

    def text(self, name: str, x: int, y: int, w: int, h: int, attr: int, text: str | None) -> Control:
        return self.control(name, "Text", x, y, w, h, attr, None, text, None, None)

    def line(self, name: str, x: int, y: int, w: int, h: int) -> Control:
        return self.control(name, "Line", x, y, w, h, 1, None, None, None, None)

    def pushbutton(
        self, name: str, x: int, y: int, w: int, h: int, attr: int, text: str, next: str | None
    ) -> Control:
        return self.control(name, "PushButton", x, y, w, h, attr, None, text, next, None)

    def radiogroup(
        self,
        name: str,
        x: int,
        y: int,
        w: int,
        h: int,
        attr: int,
        prop: str,
        text: str | None,
        next: str | None,
    ) -> RadioButtonGroup:
        self.control(name, "RadioButtonGroup", x, y, w, h, attr, prop, text, next, None)
        return RadioButtonGroup(self, name, prop)
