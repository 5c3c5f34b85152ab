"""All pictures of `lifeloom schema --er-all` with a page that leads to them: plain files, opened without a server."""

from html import escape
from pathlib import Path

from resolvers.cli.domains import Domain, domains
from resolvers.cli.picture import address, draw, draw_domain
from schema_sql.catalog import Catalog

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The tables of Lifeloom</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #24292f; background: #f6f8fa; max-width: 75rem; margin: 2rem auto;
       padding: 0 1rem }}
h1 {{ font-size: 1.6rem }} h2 {{ font-size: 1.1rem; margin: 0 }} p {{ margin: .3rem 0 }} a {{ color: #2f6690 }}
img {{ width: 100%; border: 1px solid #d0d7de; border-radius: 12px }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem; margin-top: 1.5rem }}
section {{ background: #fff; border: 1px solid #d0d7de; border-radius: 12px; padding: 1rem }}
.tables {{ color: #57606a; font-size: .85rem; overflow-wrap: anywhere }}
</style>
<h1>The tables of Lifeloom</h1>
<p>{tables} tables in {count} domains. Rest the pointer on a name in a picture to read what it is for.</p>
<a href="all.svg"><img src="all.svg" alt="All tables and what points at what"></a>
<main>
{sections}
</main>
</html>
"""
SECTION = """<section><h2><a href="{href}">{name}</a></h2><p>{about}</p><p class="tables">{tables}</p></section>"""


def write_all(catalog: Catalog, directory: Path) -> int:
    """Write `index.html`, `all.svg` and `domains/NAME.svg`, making directories; how many pictures. Raises OSError."""
    found = domains(catalog)
    (directory / "domains").mkdir(parents=True, exist_ok=True)
    for domain in found:
        (directory / "domains" / f"{domain.name}.svg").write_text(draw_domain(domain, catalog, linked=True), "utf-8")
    (directory / "all.svg").write_text(draw(catalog, linked=True), "utf-8")
    tables = sum(len(domain.entities) for domain in found)
    sections = "\n".join(map(_section, found))
    (directory / "index.html").write_text(PAGE.format(tables=tables, count=len(found), sections=sections), "utf-8")
    return len(found) + 1


def _section(domain: Domain) -> str:
    return SECTION.format(
        href=escape(address(domain.name)),
        name=escape(domain.name),
        about=escape(domain.about),
        tables=escape(", ".join(entity.name for entity in domain.entities)),
    )
