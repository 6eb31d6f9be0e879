"""Runs a notebook by nbclient and exports it by nbconvert, for `fbf run`.

Reads one line of JSON from standard input (the interface Job of commands/run.ts); prints a line of JSON for each finished
cell and one at the end, so that the caller can show progress without reading the notebook.
"""

import base64
import copy
import html
import json
import os
import signal
import sys
import threading

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from traitlets.config import Config

PNG = "image/png"
FIGURE = "application/vnd.vegalite.v5+json"
FLAMEGRAPH = "application/vnd.fast-by-friday.flamegraph.v1+json"

# Nothing in the page may load or send anything; charts compile their own expressions.
POLICY = (
    "default-src 'none'; img-src data:; font-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'"
)


def say(**line):
    print(json.dumps(line), flush=True)


def end_with_caller():
    """Standard input ends when the caller does, however it dies: nbclient then ends the kernel, and with it the capture."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def offline():
    """No address that a browser would load from: the page must open without a network."""
    exporter = Config().HTMLExporter
    for name in ("mathjax_url", "require_js_url", "mermaid_js_url", "jquery_url", "widget_renderer_url"):
        exporter[name] = ""
    exporter["embed_images"] = True
    return Config({"HTMLExporter": exporter})


def execute(job, notebook):
    """Runs cells until one fails, whose error is then in the notebook: after a failed connect no other cell has a host."""
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


def sized(notebook):
    """Our figures have two pixels for one of the page, so that they are sharp: said, or a page shows them twice as large."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if PNG in data and FIGURE in data:
                width = int.from_bytes(base64.b64decode(data[PNG])[16:20], "big")
                output.metadata.setdefault(PNG, {"width": width // 2})


def inert(data):
    """JSON that cannot end the element that it stands in."""
    return json.dumps(data).replace("<", "\\u003c")


def with_figures(notebook):
    """A copy whose charts and flame graphs are elements with their data beside their picture, for the page's own script."""
    page = copy.deepcopy(notebook)
    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kind = next((kind for kind in (FIGURE, FLAMEGRAPH) if kind in data), None)
            if kind is None or PNG not in data:
                continue
            width = output.metadata.get(PNG, {}).get("width")
            size = f' width="{int(width)}"' if width else ""
            alt = html.escape(str(data.get("text/plain", "")).splitlines()[0] if data.get("text/plain") else "")
            picture = f'<img{size} alt="{alt}" src="data:{PNG};base64,{"".join(data[PNG].split())}">'
            script = f'<script type="application/json">{inert(data[kind])}</script>'
            output.data = {"text/html": f'<div data-figure="{kind}">{script}{picture}</div>'}
    return page


def written(notebook, job):
    """The notebook as one page; its figures are drawn by the script that npm start builds."""
    page, _ = HTMLExporter(config=offline()).from_notebook_node(
        with_figures(notebook), {"metadata": {"name": job["title"]}}
    )
    page = page.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)
    try:
        with open(job["renderer"], encoding="utf-8") as file:
            script = file.read().replace("</script", "<\\/script")
    except OSError:
        return page
    head, _, tail = page.rpartition("</body>")
    return f"{head}<script>{script}</script>\n</body>{tail}"


def main():
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_caller, daemon=True).start()
    # As a file is read: JupyterLab stores each text as a list of lines.
    notebook = nbformat.reads(json.dumps(job["notebook"]), as_version=4)
    failure = execute(job, notebook)
    sized(notebook)
    nbformat.write(notebook, job["ipynb"])
    with open(job["html"], "w", encoding="utf-8") as file:
        file.write(written(notebook, job))
    say(done=True, failure=failure, errors=list(errors(notebook)))


main()
