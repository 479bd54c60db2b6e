"""Hooks of mkdocs: links to files outside of `docs/` lead to the repository; roles of docstrings are left out."""

import posixpath
import re
from typing import Any

LINK = re.compile(r"\]\((\.\./[^)\s]+)\)")
ROLE = re.compile(r":(?:class|func|meth|mod|attr|exc):(?=<code>)")


def on_page_markdown(markdown: str, page: Any, config: Any, **_: Any) -> str:
    """Replaces relative links that leave the documentation's folder."""
    folder = posixpath.dirname(posixpath.join("docs", page.file.src_uri))

    def target(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found[1]))
        return f"]({config.repo_url}/blob/main/{path})" if not path.startswith("docs/") else found[0]

    return LINK.sub(target, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Removes the roles that Python's docstrings name before code, such as `:class:`."""
    return ROLE.sub("", html)
