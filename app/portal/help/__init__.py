"""The help centre: public pages of every market and language, and what customers alone may read.

It is part of the customers' surface, not one of its own: it shares its layout and widget, and a
customer who is signed in finds there what is for customers only.
"""

from app.portal.help import entrance, files, finding, pages, site_map

__all__ = ["entrance", "files", "finding", "pages", "site_map"]
