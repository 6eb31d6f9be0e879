"""Runs a notebook with nbclient and writes it as a page, for `fbf run`.

Reads one line of JSON from standard input (the interface Job of commands/run.ts); prints a line of JSON for each finished
cell and one at the end, so that the caller can show progress without reading the notebook.
"""

import json
import os
import signal
import sys
import threading
import warnings

import nbformat
import nbformat.warnings
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from page import page


def say(**line):
    print(json.dumps(line), flush=True)


def end_with_caller():
    """Waits until standard input is closed, because the caller has exited; then SIGTERM ends nbclient and the kernel."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def execute(job, notebook):
    """Runs cells until one fails; the notebook then contains its error. Later cells would fail as well, without a connection."""
    client = NotebookClient(
        notebook,
        kernel_name=job["kernel"],
        timeout=job["timeout"],
        resources={"metadata": {"path": job["cwd"]}},
    )
    client.on_cell_executed = lambda cell, cell_index, execute_reply: say(
        cell=cell_index, status=execute_reply["content"]["status"]
    )
    try:
        client.execute()
        return None
    except CellExecutionError:
        return None
    except (CellTimeoutError, DeadKernelError) as error:
        return str(error).splitlines()[0]


def errors(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"{output.ename}: {output.evalue}"


def place_of(error):
    """The place of a value that breaks the format: "cell 3 outputs.0"; empty for the notebook as a whole."""
    first, *rest = list(getattr(error, "absolute_path", [])) or [""]
    if first == "cells" and rest:
        return " ".join(part for part in (f"cell {rest[0] + 1}", ".".join(map(str, rest[1:]))) if part)
    return ".".join(map(str, [first, *rest]))


def checked(content):
    """The notebook, and why it is invalid (None if it is valid). Missing and duplicate cell ids are corrected."""
    for kind in (nbformat.warnings.MissingIDFieldWarning, nbformat.warnings.DuplicateCellId):
        warnings.simplefilter("ignore", kind)
    try:
        # Parse the JSON with nbformat: JupyterLab stores each text as a list of lines, which only that parser joins.
        notebook = nbformat.reads(json.dumps(content), as_version=4)
        nbformat.validate(notebook, relax_add_props=True)
        return notebook, None
    except nbformat.ValidationError as error:
        place = place_of(error)
        return None, f"{place}: {error.message}" if place else error.message


def main():
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_caller, daemon=True).start()
    notebook, invalid = checked(job["notebook"])
    if invalid is not None:
        say(invalid=invalid)
        return
    failure = execute(job, notebook)
    nbformat.write(notebook, job["ipynb"])
    with open(job["html"], "w", encoding="utf-8") as file:
        file.write(page(notebook, job["title"], job["script"]))
    say(done=True, failure=failure, errors=list(errors(notebook)))


main()
