"""Turns an executed notebook into one page that needs no network, for `fbf run`.

Our figures are interactive: each has its payload as inert JSON, and its picture for a browser without scripts.
"""

import base64
import html
import json
import re
from pathlib import Path

from jupyter_core.paths import jupyter_path
from nbconvert import HTMLExporter
from traitlets.config import Config

PNG = "image/png"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
OURS = re.compile(r"^application/vnd\.fast-by-friday\.[a-z]+\.v1\+json$")

# nbconvert's page loads require.js, MathJax and Mermaid over the network; our notebooks need none of them.
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
"""

# The page may load nothing, whatever text of a host is in it: only its own inline scripts and styles and data: images.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'unsafe-inline\'; '
    "style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)

# Sets the browser's theme in the attribute that JupyterLab uses, so that figures follow it.
THEME = """<script>
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const tell = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
  dark.addEventListener('change', tell);
  tell();
})();
</script>"""

STYLE = """<style>
.fbf-figure img { max-width: 100%; background: #ffffff; }
body { max-width: 1400px; margin: 0 auto; padding: 0 16px 48px; box-sizing: border-box; }
.jp-RenderedHTMLCommon table { display: block; overflow-x: auto; }
</style>"""


def inert(payload):
    """JSON that can neither close its script element nor be parsed as markup."""
    return json.dumps(payload).replace("<", "\\u003c")


def sentence(text):
    """The first line of a figure's text, as alt text of its picture."""
    return html.escape("".join(text).split("\n", 1)[0], quote=True)


def fallback(data):
    """What a browser without scripts shows: the picture with its alt text, or the text."""
    if PNG not in data:
        return f"<pre>{html.escape(''.join(data.get(TEXT, '')))}</pre>"
    pixels = "".join(data[PNG]).replace("\n", "")
    width = int.from_bytes(base64.b64decode(pixels)[16:20], "big") // 2
    return f'<img alt="{sentence(data.get(TEXT, ""))}" width="{width}" src="data:{PNG};base64,{pixels}">'


def interactive(output):
    """Replaces an output of ours by a figure for the page."""
    data = output.get("data", {})
    mime = next((name for name in data if OURS.match(name)), None)
    if mime is None:
        return
    payload = f'<script type="application/json">{inert(data[mime])}</script>'
    figure = f'<div class="fbf-figure" data-fbf="{mime}">{fallback(data)}{payload}</div>'
    output["data"] = {"text/html": figure}
    output["metadata"] = {}


def dark_theme():
    """JupyterLab's dark colours, for browsers in dark mode."""
    files = (Path(folder) / "nbconvert/templates/lab/static/theme-dark.css" for folder in jupyter_path())
    css = next((file.read_text(encoding="utf-8") for file in files if file.exists()), "")
    return f"<style>@media (prefers-color-scheme: dark) {{\n{css}\n}}</style>"


def page(notebook, title, script):
    """The page of an executed notebook. Changes the notebook: pass a copy."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            interactive(output)
    exporter = HTMLExporter(config=Config({"HTMLExporter": {"embed_images": True}}))
    exporter.raw_template = TEMPLATE
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    closed = script.replace("</script", "<\\/script")
    body = body.replace("<head>", f"<head>{POLICY}", 1)
    body = body.replace("</head>", f"{dark_theme()}{STYLE}</head>", 1)
    before, end, after = body.rpartition("</body>")
    return f"{before}{THEME}<script>{closed}</script>{end}{after}"
