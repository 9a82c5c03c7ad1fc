"""Pages of search."""

from search.views.page import search as search
from search.views.suggestions import search_suggest as search_suggest
