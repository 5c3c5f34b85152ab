"""In charge of what a browser is shown at /graphql: GraphiQL from a bundle of ours, else a plain page."""

from resolvers.pages.page import PAGE_HEADERS, StaticFile, page, static_file

__all__ = ["PAGE_HEADERS", "StaticFile", "page", "static_file"]
